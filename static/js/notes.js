// On paper nothing opens: the citations of a case become numbered notes behind its text.
// Without this each stands under its statement, numbered as well.
const made = [];

function noteOf(citation, isOfOne) {
  const note = citation.cloneNode(true);
  // Of a case with one source, its section says once what every note would repeat.
  if (isOfOne) note.replaceChildren(note.querySelector("q"), " ", note.querySelector("a"));
  return note;
}

function markOf(first, last) {
  const mark = document.createElement("sup");
  mark.className = "note-mark";
  mark.textContent = first === last ? first : `${first}–${last}`;
  return mark;
}

addEventListener("beforeprint", () => {
  const cited = document.querySelectorAll(".case .citations");
  if (made.length || !cited.length) return;
  const isOfOne = document.querySelectorAll(".case .source").length === 1;
  const title = document.createElement("h2");
  title.textContent = cited[0].querySelector(".citations__label").textContent;
  const notes = document.createElement("ol");
  notes.className = "notes";
  for (const citations of cited) {
    const first = notes.childElementCount + 1;
    for (const citation of citations.querySelectorAll(".citations__list > li")) {
      notes.append(noteOf(citation, isOfOne));
    }
    const mark = markOf(first, notes.childElementCount);
    // Behind the last word, where a statement is a block.
    const before = citations.previousElementSibling;
    (before?.matches("p, div") ? before : citations.parentElement).append(mark);
    citations.classList.add("citations--noted");
    made.push(mark);
  }
  document.querySelector(".case").append(title, notes);
  made.push(title, notes);
});

addEventListener("afterprint", () => {
  for (const element of made.splice(0)) element.remove();
  for (const noted of document.querySelectorAll(".citations--noted")) {
    noted.classList.remove("citations--noted");
  }
});
