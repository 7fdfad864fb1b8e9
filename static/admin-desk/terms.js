// A search box that offers terms with their unit, kind, meaning and use: a combobox after the
// pattern of the ARIA Authoring Practices. Without typed text, terms are ranked by the selected text.
import { request } from "./sending.js";

const PAUSE = 150; // milliseconds between two keys

// The first search box with a text but no term chosen for it; null if there is none.
export function firstUnchosen(root) {
  const fields = [...root.querySelectorAll(".term-box input[type=text]")];
  return fields.find((field) => field.validity.customError) ?? null;
}

export function offerTerms(root) {
  root.querySelectorAll(".term-box").forEach(wire);
}

function wire(box) {
  const [value, field] = box.querySelectorAll("input");
  const list = box.querySelector("[role=listbox]");
  const chosen = box.querySelector(".term-box__chosen");
  let label = value.value && field.value, at = -1, timer, asked = 0, isAwaited = false;

  const close = () => {
    list.hidden = true;
    field.ariaExpanded = "false";
    field.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const callOff = () => {
    clearTimeout(timer);
    asked += 1;
    isAwaited = false;
    close();
  };
  // Only the hidden value is sent, so a text that differs from its label makes the form invalid.
  const mark = () => {
    const isOpen = field.value.trim() && field.value !== label;
    field.setCustomValidity(isOpen ? box.dataset.unchosen : "");
  };
  const settle = () => {
    callOff();
    if (!field.value.trim() && value.value) set("", "", []);
    else field.value = label;
    mark();
  };
  const show = async (typed) => {
    const number = ++asked;
    isAwaited = true;
    const url = new URL(box.dataset.terms, location.href);
    url.searchParams.set("q", typed);
    const answer = await request(url).catch(() => null);
    const html = answer?.ok ? await answer.text().catch(() => null) : null;
    if (number !== asked) return; // outdated by a later request, a choice or blur
    isAwaited = false;
    if (html == null || document.activeElement !== field) return;
    list.innerHTML = html;
    [...list.children].forEach((option, n) => { option.id = `${list.id}-${n}`; });
    at = -1;
    list.hidden = !list.children.length;
    field.ariaExpanded = String(!list.hidden);
  };
  const move = (step) => {
    const options = [...list.children];
    options[at]?.setAttribute("aria-selected", "false");
    at = (at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length;
    options[at].setAttribute("aria-selected", "true");
    options[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[at].id);
  };
  const set = (pk, words, notes) => {
    value.value = pk;
    label = field.value = words;
    chosen.replaceChildren(...notes);
    value.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const choose = (option) => {
    callOff();
    set(option.dataset.pk, option.dataset.label, [option.querySelector("small")?.cloneNode(true) ?? ""]);
    mark();
  };

  field.addEventListener("focus", () => { field.select(); show(""); });
  field.addEventListener("input", () => {
    mark();
    clearTimeout(timer);
    isAwaited = true;
    timer = setTimeout(() => show(field.value.trim()), PAUSE);
  });
  field.addEventListener("blur", settle);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && (!list.hidden || isAwaited)) {
      event.stopPropagation();
      event.preventDefault();
      settle();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (!field.value.trim()) settle();
    } else if (event.key === "Enter") {
      event.preventDefault(); // do not submit: no term may be chosen yet
      if (at >= 0) choose(list.children[at]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show(field.value === label ? "" : field.value.trim());
      else move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // keep the focus in the box
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  mark();
  // Focused, or typed into, before this script was loaded.
  if (document.activeElement === field) show(field.value === label ? "" : field.value.trim());
}
