// On paper nothing opens: the citations of a case become numbered notes behind its text.
// Without this each stands under its statement, numbered as well.
const made = [];

function noteOf(citation, isOfOne, shown) {
  const note = citation.cloneNode(true);
  // Of a case with one source, its section says once what every note would repeat.
  if (isOfOne) for (const known of note.querySelectorAll("cite, .condition")) known.remove();
  // The gist of a passage stands in its first note.
  const passage = note.querySelector(".citations__where a").href;
  if (shown.has(passage)) note.querySelector(".citations__gist")?.remove();
  shown.add(passage);
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
  title.textContent = document.querySelector(".case").dataset.notes;
  const shown = new Set();
  const notes = document.createElement("ol");
  notes.className = "notes";
  for (const citations of cited) {
    const first = notes.childElementCount + 1;
    for (const citation of citations.querySelectorAll(".citations__list > li")) {
      notes.append(noteOf(citation, isOfOne, shown));
    }
    const mark = markOf(first, notes.childElementCount);
    // Behind the last word, where a statement is a block.
    const before = citations.previousElementSibling;
    if (before?.matches("p, div")) before.append(mark);
    else citations.before(mark);
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
