// DOM helpers of the workbench.

// The field to focus: the first with an error, else the first empty one.
export function firstField(form) {
  if (!form) return null;
  const fields = [...form.querySelectorAll("input:not([type=hidden]):not([readonly]), textarea, select")];
  const seen = fields.filter((field) => field.checkVisibility());
  return form.querySelector(".errors :is(input:not([type=hidden]), textarea, select)")
    ?? seen.find((field) => !field.value && field.type !== "checkbox") ?? seen[0] ?? null;
}

export function paragraph(name, ...content) {
  const line = document.createElement("p");
  line.className = name;
  line.append(...content);
  return line;
}

// A selector that finds the same element after the page was rendered again.
export function sameAs(element) {
  const named = [...element.attributes].filter(({ name }) => name.startsWith("data-"));
  const pairs = named.map(({ name, value }) => `[${name}="${CSS.escape(value)}"]`);
  return element.localName + pairs.join("");
}
