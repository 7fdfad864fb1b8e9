// Offers terms, places and cases as one types in a search box: a combobox after the pattern of the
// ARIA Authoring Practices. Without this the box works as well.
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
  // How well a suggestion fits what was typed: 0 is best, Infinity not at all.
  const rank = ({ label, names, spoken }, typed) => {
    const letters = typed.replace(/[^a-z]/g, "");
    if (plain(label).startsWith(typed)) return 0;
    if (plain(label).includes(typed)) return 1;
    if (names.some((name) => plain(name).startsWith(typed))) return 2;
    if (letters.length > 1 && letters.length === typed.replace(/[\s']/g, "").length) {
      for (const sound of spoken) {
        const syllables = sound.split(" ");
        if (syllables.join("").startsWith(letters)) return 3;
        if (syllables.map((one) => one[0]).join("").startsWith(letters)) return 4;
      }
    }
    return names.some((name) => plain(name).includes(typed)) ? 5 : Infinity;
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
      .map((one) => [rank(one, typed), one])
      .filter(([place]) => place < Infinity)
      .sort(([a], [b]) => a - b)
      .slice(0, MOST);
    if (typed !== plain(box.value.trim())) return;
    list.replaceChildren(...found.map(([place, one], n) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${n}`;
      option.role = "option";
      option.ariaSelected = "false";
      option.dataset.label = one.label;
      const name = place === 2 || place === 5
        ? one.names.find((other) => plain(other).includes(typed)) : "";
      const words = document.createElement("span");
      words.textContent = name ? `${one.label} (${name})` : one.label;
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
