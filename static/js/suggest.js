// Offers terms and cases as one types in a search box. Without this the box works as well:
// the list is the browser's own, so keyboard and screen reader know it.
for (const box of document.querySelectorAll("input[data-suggestions]")) {
  box.addEventListener("focus", async () => {
    const answer = await fetch(box.dataset.suggestions);
    if (!answer.ok) return;
    const list = document.createElement("datalist");
    list.id = `${box.id}-suggestions`;
    list.append(...(await answer.json()).map(({ value, label }) => new Option(label, value)));
    box.after(list);
    box.setAttribute("list", list.id);
  }, { once: true });
}
