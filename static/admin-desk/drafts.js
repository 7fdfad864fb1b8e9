// What is typed into a form is stored in this browser until it is saved.
const LEFT_ALONE = ["token", "csrfmiddlewaretoken"];
const addressOf = (form) => form.getAttribute("action") ?? location.pathname;

export class Drafts {
  constructor(name) {
    this.start = `desk-draft:${name}:`;
  }

  // The fields of a form by name, each with its values.
  #values(form) {
    const values = {};
    for (const [name, value] of new FormData(form)) {
      if (!LEFT_ALONE.includes(name) && typeof value === "string") (values[name] ??= []).push(value);
    }
    return values;
  }

  keep(form, title) {
    const draft = { title, values: this.#values(form) };
    try {
      localStorage.setItem(this.start + addressOf(form), JSON.stringify(draft));
    } catch { /* the store is full or shut: the form itself still has it */ }
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
      const given = values[field.name] ?? [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else if (given.length) field.value = given[0];
    }
    return true;
  }

  // The form of the page that led here was saved; those of other tabs stay.
  dropThatOfTheLastPage() {
    const last = document.referrer && new URL(document.referrer).pathname;
    if (last && last !== location.pathname) this.drop(last);
  }

  // [address, title] of every form that was begun and not saved.
  all() {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(this.start))
      .map((key) => [key.slice(this.start.length), JSON.parse(localStorage.getItem(key)).title]);
  }
}
