// Every page of the desk with a form. Where the session has ended, a login in place comes before a
// form is sent. What is typed into a form with data-draft is stored in this browser until it is saved;
// any other form that was changed asks before its page is left.
import { Drafts } from "./drafts.js";
import { request, cookie } from "./sending.js";

const { session, unsent } = document.querySelector("#login-again").dataset;
const drafts = new Drafts("page");
const changed = new Set(); // forms that ask before they are left
const ready = new WeakSet(); // forms whose session was found to be open
let isChecking = false; // the session

const isOfThePage = (form) => form.matches("#content form[method=post]");
const isSearch = (field) => field.closest(".paginator, #changelist-search, .actions");

addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !isOfThePage(form)) return;
  if (ready.delete(form)) {
    changed.delete(form);
    if (form.dataset.draft) drafts.markSent(form);
    return;
  }
  event.preventDefault();
  if (isChecking) return;
  isChecking = true;
  const isOpen = await request(session).then(() => true, () => false);
  isChecking = false;
  form.querySelector(":scope > .unsent")?.remove();
  if (!isOpen) {
    form.append(unsentNote());
    return;
  }
  form.querySelector("[name=csrfmiddlewaretoken]").value = cookie("csrftoken"); // a login makes a new one
  ready.add(form);
  form.requestSubmit(submitter);
});

addEventListener("input", ({ target }) => noteChange(target));
// The search boxes of Django admin call the handlers of jQuery only; Django itself calls them when the page is ready.
globalThis.django?.jQuery?.(document).on("change", "select.admin-autocomplete", ({ target }) => {
  if (target.form?.dataset.draft || !isAsLoaded(target)) noteChange(target);
});

function isAsLoaded(select) {
  const valuesOf = (options) => options.map((option) => option.value).join();
  const chosenAtFirst = [...select.options].filter((option) => option.defaultSelected);
  return valuesOf([...select.selectedOptions]) === valuesOf(chosenAtFirst);
}

function noteChange(target) {
  const form = target.form;
  if (!form || !isOfThePage(form) || isSearch(target)) return;
  if (form.dataset.draft) drafts.keep(form, document.title);
  else if (form.matches(".change-form form")) changed.add(form);
}

addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});

function unsentNote() {
  const note = document.createElement("p");
  note.className = "errornote unsent";
  note.setAttribute("role", "alert");
  note.textContent = unsent;
  return note;
}

// What was typed before and not saved, with a button that takes it away again.
function offerDraft(form) {
  const before = drafts.fingerprint(form);
  const options = new Set(form.querySelectorAll("option"));
  if (!drafts.restore(form) || drafts.fingerprint(form) === before) return;
  const note = document.querySelector("#typed-before").content.firstElementChild.cloneNode(true);
  note.querySelector("button").addEventListener("click", () => {
    drafts.drop(form.dataset.draft);
    for (const option of form.querySelectorAll("option")) if (!options.has(option)) option.remove();
    form.reset();
    globalThis.django?.jQuery?.(form).find("select.admin-autocomplete").trigger("change.select2");
    note.remove();
  });
  form.prepend(note);
  form.closest("details")?.setAttribute("open", "");
}

if (document.querySelector(".messagelist :is(.success, .info)")) drafts.dropSent();
for (const form of document.querySelectorAll("form[data-draft]")) {
  if (form.querySelector(".errorlist")) drafts.keep(form, document.title);
  else offerDraft(form);
}
for (const form of document.querySelectorAll(".change-form form:has(.errornote)")) changed.add(form);

// The search boxes of Django admin have no name of their own: that of the field which they stand for.
function nameSearchBoxes() {
  for (const field of document.querySelectorAll("select.admin-autocomplete")) {
    const label = field.labels[0];
    const [box, chosen] = [".select2-selection", ".select2-selection__rendered"]
      .map((part) => field.nextElementSibling?.querySelector(part));
    if (!box || !chosen) continue;
    if (label) label.id ||= `${field.id}-label`;
    for (const part of [box, chosen]) {
      if (label) part.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
      else if (field.ariaLabel) {
        part.removeAttribute("aria-labelledby");
        part.ariaLabel = `${field.ariaLabel} ${field.selectedOptions[0]?.label ?? ""}`.trim();
      }
    }
  }
}

for (const header of document.querySelectorAll("th.original:empty")) header.role = "none";
globalThis.django?.jQuery?.(nameSearchBoxes); // when those who make the boxes have been called
document.addEventListener("formset:added", () => setTimeout(nameSearchBoxes));
