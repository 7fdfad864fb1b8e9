// On paper nothing opens: the citations of a case become numbered notes behind its text.
// Without this each stands under its statement, numbered as well.
const marks = [];
let notes;

addEventListener("beforeprint", () => {
  if (notes) return;
  notes = document.createElement("ol");
  notes.className = "notes";
  for (const citations of document.querySelectorAll(".case .citations")) {
    const numbers = [...citations.querySelectorAll(".citations__list > li")].map((citation) => {
      notes.append(citation.cloneNode(true));
      return notes.childElementCount;
    });
    const mark = document.createElement("sup");
    mark.className = "note-mark";
    const [first, last] = [numbers[0], numbers.at(-1)];
    mark.textContent = first === last ? first : `${first}–${last}`;
    // Behind the last word, where a statement is a paragraph.
    const before = citations.previousElementSibling;
    (before?.matches("p") ? before : citations.parentElement).append(mark);
    citations.classList.add("citations--noted");
    marks.push(mark);
  }
  document.querySelector(".case").append(notes);
});

addEventListener("afterprint", () => {
  notes?.remove();
  notes = undefined;
  for (const mark of marks.splice(0)) mark.remove();
  for (const noted of document.querySelectorAll(".citations--noted")) {
    noted.classList.remove("citations--noted");
  }
});
