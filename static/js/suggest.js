// Autocompletion of terms, places and cases in a search box: a combobox following the ARIA
// Authoring Practices. The box works without this script too.
const MOST = 8;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

for (const box of document.querySelectorAll("input[data-suggestions]")) {
  let offered, chosen = -1;
  const list = document.createElement("ul");
  list.id = `${box.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.role = "listbox";
  list.ariaLabel = box.dataset.label;
  box.after(list);
  box.role = "combobox";
  box.ariaAutoComplete = "list";
  box.ariaExpanded = "false";
  box.setAttribute("aria-controls", list.id);

  const load = async () => {
    offered ??= fetch(box.dataset.suggestions).then((answer) => (answer.ok ? answer.json() : []));
    return offered;
  };
  // [rank, name] of the best match of a suggestion: 0 is best, Infinity is none. Labels rank before
  // other names, spelling before sound; on a Chinese page, letters are more likely pinyin.
  const isChinese = document.documentElement.lang.startsWith("zh");
  const rank = ({ label, names, spoken }, typed) => {
    const letters = typed.replace(/[\s']/g, "");
    const isPinyin = letters.length > 1 && /^[a-z]+$/.test(letters);
    let best = [Infinity, ""];
    [label, ...names].forEach((name, n) => {
      const syllables = isPinyin ? spoken[n].split(" ") : [];
      const fits = [
        plain(name).startsWith(typed) && (isPinyin && isChinese ? 3 : 0),
        plain(name).includes(typed) && 4,
        isPinyin && syllables.join("").startsWith(letters) && 1,
        isPinyin && syllables.map((one) => one[0]).join("").startsWith(letters) && 2,
      ].filter((fit) => fit !== false);
      const place = Math.min(Infinity, ...fits) + (n ? 5 : 0);
      if (place < best[0]) best = [place, n ? name : ""];
    });
    return best;
  };
  const close = () => {
    list.hidden = true;
    box.ariaExpanded = "false";
    box.removeAttribute("aria-activedescendant");
    chosen = -1;
  };
  const show = async () => {
    const typed = plain(box.value.trim());
    const found = (typed ? await load() : [])
      .map((one) => [...rank(one, typed), one])
      .filter(([place]) => place < Infinity)
      .sort(([a], [b]) => a - b)
      .slice(0, MOST);
    if (typed !== plain(box.value.trim())) return;
    list.replaceChildren(...found.map(([, name, one], n) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${n}`;
      option.role = "option";
      option.ariaSelected = "false";
      option.dataset.label = one.label;
      const words = document.createElement("span");
      words.textContent = one.label + (name && (isChinese ? `（${name}）` : ` (${name})`));
      const kind = document.createElement("small");
      kind.textContent = `${one.kind} ${one.case_count}`;
      option.append(words, " ", kind);
      return option;
    }));
    close();
    list.hidden = !found.length;
    box.ariaExpanded = String(!list.hidden);
  };
  const move = (step) => {
    const options = [...list.children];
    options[chosen]?.setAttribute("aria-selected", "false");
    chosen = (chosen + step + options.length + (chosen < 0 && step < 0 ? 1 : 0)) % options.length;
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", options[chosen].id);
  };
  const choose = (option) => {
    box.value = option.dataset.label;
    close();
    box.form.requestSubmit();
  };

  box.addEventListener("focus", load, { once: true });
  box.addEventListener("input", show);
  box.addEventListener("blur", () => setTimeout(close, 150));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); choose(list.children[chosen]); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show();
      else move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("li");
    if (option) { event.preventDefault(); choose(option); }
  });
}
