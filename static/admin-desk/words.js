// Text selected in a passage with mouse or keyboard: the passage, and start and end in its text.
const SIGNS = /[，。；：、！？,.;:!?“”"（）()《》…]/;
const text = (passage) => passage.querySelector(".passage__text");
const lengthTo = (root, node, offset) => {
  const range = document.createRange();
  range.selectNodeContents(root);
  range.setEnd(node, offset);
  return range.toString().length;
};

// [node, offset] of an offset in the text of a passage.
function place(root, offset) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  return [root, root.childNodes.length];
}

export class Words {
  constructor(article, changed) {
    this.article = article;
    this.changed = changed;
    this.passage = null;
    this.start = this.end = 0;
    document.addEventListener("selectionchange", () => this.read());
  }

  get printed() {
    return this.passage ? text(this.passage).textContent.slice(this.start, this.end).trim() : "";
  }

  choose(passage, start, end) {
    const length = text(passage).textContent.length;
    this.passage = passage;
    [this.start, this.end] = [Math.max(0, start), Math.min(length, end)];
    const [from, to] = [place(text(passage), this.start), place(text(passage), this.end)];
    getSelection().setBaseAndExtent(...from, ...to);
    this.show();
  }

  // Highlights the selected text, also while a field has the focus.
  show() {
    if (this.passage?.isConnected && globalThis.Highlight) {
      const range = document.createRange();
      range.setStart(...place(text(this.passage), this.start));
      range.setEnd(...place(text(this.passage), this.end));
      CSS.highlights.set("chosen", new Highlight(range));
      range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
    }
    this.changed(this);
  }

  forget() {
    this.passage = null;
    this.start = this.end = 0;
    globalThis.CSS?.highlights?.delete("chosen");
    this.changed(this);
  }

  // Selects the same text again after the article was rendered.
  renew() {
    if (!this.passage || this.passage.isConnected) return;
    this.passage = this.article()?.querySelector(`[data-passage="${this.passage.dataset.passage}"]`) ?? null;
    if (this.passage) this.show();
    else this.forget();
  }

  // Moves by a character or, if `far`, to the next punctuation mark; if `more`, extends the selection.
  move(passage, step, far, more) {
    if (passage !== this.passage) [this.passage, this.start, this.end] = [passage, 0, 0];
    const words = text(passage).textContent;
    let end = (more || step > 0 ? this.end : this.start) + step;
    if (far) while (end > 0 && end < words.length && !SIGNS.test(words[end])) end += step;
    end = Math.min(words.length, Math.max(0, end));
    if (more) this.choose(passage, Math.min(this.start, end), Math.max(this.start, end));
    else this.choose(passage, end, end);
  }

  // Takes over the browser's selection if it is within one passage.
  read() {
    const selection = getSelection();
    const root = selection.anchorNode?.parentElement?.closest(".passage__text");
    if (!root || !this.article().contains(root) || selection.isCollapsed) return;
    if (!root.contains(selection.focusNode)) return;
    const range = selection.getRangeAt(0);
    const start = lengthTo(root, range.startContainer, range.startOffset);
    const end = lengthTo(root, range.endContainer, range.endOffset);
    const passage = root.closest(".passage");
    if (passage === this.passage && start === this.start && end === this.end) return;
    [this.passage, this.start, this.end] = [passage, start, end];
    this.show();
  }
}
