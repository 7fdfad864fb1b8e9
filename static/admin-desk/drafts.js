// What is typed into a form is stored in this browser until it is saved. Its token is stored too: a
// form whose answer got lost is not written twice when it is sent again later.
const LEFT_ALONE = ["csrfmiddlewaretoken"];
const TEXTS = /(_zh|_en|gloss)$|^person-/; // names of fields that are typed into
const LABEL = "label-"; // begins the name under which the words of a search box are stored
const termBoxes = (form) => [...form.querySelectorAll(".term-box")].map((box) => {
  const [value, field] = box.querySelectorAll("input");
  return [value.name, field];
});
const addressOf = (form) => form.dataset.draft ?? form.getAttribute("action") ?? location.pathname;
// What a page says of its own form, which another showing of it may say otherwise.
const isOfThePage = (form, field) => form.dataset.draft !== undefined && field.type === "hidden";

export class Drafts {
  constructor(name) {
    this.start = `desk-draft:${name}:`;
  }

  // The fields of a form by name, each with its values; the words that search boxes show too.
  #values(form) {
    const values = {};
    for (const [name, value] of new FormData(form)) {
      if (!LEFT_ALONE.includes(name) && typeof value === "string") (values[name] ??= []).push(value);
    }
    for (const [name, field] of termBoxes(form)) values[LABEL + name] = [field.value];
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
    } catch { /* the store is full or shut: the form itself still has it */ }
  }

  has(url) {
    return localStorage.getItem(this.start + url) !== null;
  }

  // What was typed into the form of an address.
  texts(url) {
    const { values } = JSON.parse(localStorage.getItem(this.start + url));
    const typed = Object.entries(values).filter(([name]) => TEXTS.test(name) && !name.startsWith("initial-"));
    return typed.flatMap(([, texts]) => texts).filter((text) => text.trim());
  }

  drop(url) {
    localStorage.removeItem(this.start + url);
  }

  // Puts back what was typed into this form before; false where nothing was.
  restore(form) {
    const stored = localStorage.getItem(this.start + addressOf(form));
    if (!stored) return false;
    const { values } = JSON.parse(stored);
    for (const field of form.elements) {
      if (!field.name || LEFT_ALONE.includes(field.name) || ["submit", "file"].includes(field.type)) continue;
      if (isOfThePage(form, field)) continue;
      const given = values[field.name] ?? [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else if (given.length) field.value = given[0];
    }
    for (const [name, field] of termBoxes(form)) field.value = values[LABEL + name]?.[0] ?? field.value;
    return true;
  }

  // Notes that a form was sent; whether it was saved, the next page tells.
  markSent(form) {
    const stored = localStorage.getItem(this.start + addressOf(form));
    if (!stored) return;
    const draft = JSON.stringify({ ...JSON.parse(stored), isSent: true });
    localStorage.setItem(this.start + addressOf(form), draft);
  }

  // The form of the page that led here was saved; one that was left by a link, or of another tab, stays.
  dropThatOfTheLastPage() {
    const last = document.referrer && new URL(document.referrer).pathname;
    if (!last || last === location.pathname || !this.has(last)) return;
    if (JSON.parse(localStorage.getItem(this.start + last)).isSent) this.drop(last);
  }

  // Those of forms that were sent, on a page that says that something was saved.
  dropSent() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.start));
    for (const key of keys) if (JSON.parse(localStorage.getItem(key)).isSent) localStorage.removeItem(key);
  }

  // [address, title] of every form that was begun and not saved.
  all() {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(this.start))
      .map((key) => [key.slice(this.start.length), JSON.parse(localStorage.getItem(key)).title]);
  }
}
