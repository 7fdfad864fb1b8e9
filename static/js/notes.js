// For printing, where nothing can be opened, citations of a case become numbered endnotes.
// Without this script each is printed under its statement, numbered too.
const made = [];

function noteOf(citation, isOfOne, seen) {
  const note = citation.cloneNode(true);
  // If the case has a single source, its section has the reference, which notes need not repeat.
  if (isOfOne) for (const known of note.querySelectorAll("cite, .condition")) known.remove();
  // The gist of a passage is only in its first note.
  const passage = note.querySelector(".citations__where a").href;
  if (seen.has(passage)) note.querySelector(".citations__gist")?.remove();
  seen.add(passage);
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
  const seen = new Set();
  const notes = document.createElement("ol");
  notes.className = "notes";
  for (const citations of cited) {
    const first = notes.childElementCount + 1;
    for (const citation of citations.querySelectorAll(".citations__list > li")) {
      notes.append(noteOf(citation, isOfOne, seen));
    }
    const mark = markOf(first, notes.childElementCount);
    // After the last word, if a statement is a block.
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
