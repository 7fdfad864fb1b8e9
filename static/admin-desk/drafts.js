// Stores unsaved forms in localStorage. Their token is stored too, so that a form whose response was
// lost is not saved twice when it is sent again.
const LEFT_ALONE = ["csrfmiddlewaretoken"];
const TEXTS = /(_zh|_en|gloss)$|^person-/; // names of text fields
const LABEL = "label-"; // prefix of the names of search boxes in a draft
const termBoxes = (form) => [...form.querySelectorAll(".term-box")].map((box) => {
  const [value, field] = box.querySelectorAll("input");
  return [value.name, field];
});
const termSelects = (form) => form.querySelectorAll("select.admin-autocomplete");
const addressOf = (form) => form.dataset.draft ?? form.getAttribute("action") ?? location.pathname;
// What a page says of its own form, which another showing of it may say otherwise.
const isOfThePage = (form, field) => form.dataset.draft !== undefined && field.type === "hidden";

// The select of a term has no option but the chosen one; the others are searched on the server.
function addChosen(select, value, label) {
  if (!value || [...select.options].some((option) => option.value === value)) return;
  select.add(new Option(label ?? value, value));
}

export class Drafts {
  constructor(name) {
    this.start = `desk-draft:${name}:`;
  }

  // Field name → values of a form, with the visible texts of search boxes.
  #values(form) {
    const values = {};
    for (const [name, value] of new FormData(form)) {
      if (!LEFT_ALONE.includes(name) && typeof value === "string") (values[name] ??= []).push(value);
    }
    for (const [name, field] of termBoxes(form)) values[LABEL + name] = [field.value];
    for (const select of termSelects(form)) values[LABEL + select.name] = [select.selectedOptions[0]?.label ?? ""];
    return values;
  }

  // The same for the same values.
  fingerprint(form) {
    return JSON.stringify(this.#values(form));
  }

  keep(form, title) {
    const draft = { title, values: this.#values(form), isSent: false };
    try {
      localStorage.setItem(this.start + addressOf(form), JSON.stringify(draft));
    } catch { /* storage is full or blocked: only the form has the text */ }
  }

  has(url) {
    return localStorage.getItem(this.start + url) !== null;
  }

  // The texts in the draft of the form at a URL.
  texts(url) {
    const { values } = JSON.parse(localStorage.getItem(this.start + url));
    const typed = Object.entries(values).filter(([name]) => TEXTS.test(name) && !name.startsWith("initial-"));
    return typed.flatMap(([, texts]) => texts).filter((text) => text.trim());
  }

  drop(url) {
    localStorage.removeItem(this.start + url);
  }

  // Restores the draft of this form; false if there is none.
  restore(form) {
    const stored = localStorage.getItem(this.start + addressOf(form));
    if (!stored) return false;
    const { values } = JSON.parse(stored);
    for (const field of form.elements) {
      if (!field.name || LEFT_ALONE.includes(field.name) || ["submit", "file"].includes(field.type)) continue;
      if (isOfThePage(form, field)) continue;
      const given = values[field.name] ?? [];
      if (field.matches("select.admin-autocomplete")) addChosen(field, given[0], values[LABEL + field.name]?.[0]);
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else if (given.length) field.value = given[0];
    }
    for (const [name, field] of termBoxes(form)) field.value = values[LABEL + name]?.[0] ?? field.value;
    return true;
  }

  // Marks a draft as sent; the next page drops it if the form was saved.
  markSent(form) {
    const stored = localStorage.getItem(this.start + addressOf(form));
    if (!stored) return;
    const draft = JSON.stringify({ ...JSON.parse(stored), isSent: true });
    localStorage.setItem(this.start + addressOf(form), draft);
  }

  // Drops the sent draft of the page that redirected here, but not those left by a link or of other tabs.
  dropThatOfTheLastPage() {
    const last = document.referrer && new URL(document.referrer).pathname;
    if (!last || last === location.pathname || !this.has(last)) return;
    if (JSON.parse(localStorage.getItem(this.start + last)).isSent) this.drop(last);
  }

  // Drops all sent drafts; called on pages that confirm a save.
  dropSent() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.start));
    for (const key of keys) if (JSON.parse(localStorage.getItem(key)).isSent) localStorage.removeItem(key);
  }

  // [URL, title] of all unsaved drafts.
  all() {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(this.start))
      .map((key) => [key.slice(this.start.length), JSON.parse(localStorage.getItem(key)).title]);
  }
}
