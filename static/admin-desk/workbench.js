// The workbench: turns selected text into statements, metrics and dates, with mouse and keyboard.
import { Drafts } from "./drafts.js";
import { firstField, paragraph, sameAs } from "./elements.js";
import { request } from "./sending.js";
import { firstUnchosen, offerTerms } from "./terms.js";
import { Words } from "./words.js";

const page = document.querySelector("#workbench");
const content = document.querySelector("#workbench-content");
const entry = document.querySelector("#entry");
const toolbar = document.querySelector("#words");
const status = document.querySelector("#workbench-status");
const LIMIT = Number(page.dataset.limit);
const say = (name) =>
  document.querySelector("#say").content.querySelector(`[data-say=${name}]`).textContent;
const drafts = new Drafts(page.dataset.case);
const words = new Words(() => content.querySelector("#article"), showWords);
const STATEMENTS = ["problem", "measure", "glance", "case", "follow_up"];
let atHand = "", isDirty = false, isSending = false, isOpening = false, cameFrom = null;
let openings = 0; // number of the last request for a form
let reading = Promise.resolve(), readings = 0; // of the metric in the open form
let posts = Promise.resolve(); // sequential, so that the last response is the newest page
const post = (url, body) =>
  (posts = posts.then(() => request(url, { method: "POST", body }).catch(() => null)));

// ---------------------------------------------------------------- words

function showWords() {
  const count = [...words.printed].length;
  toolbar.hidden = !count;
  toolbar.querySelector(".words__printed").textContent = words.printed;
  toolbar.querySelector(".words__count").textContent = `${count} / ${LIMIT}`;
  toolbar.querySelector(".words__refused").hidden = count <= LIMIT;
  toolbar.classList.toggle("words--long", count > LIMIT);
  for (const button of toolbar.querySelectorAll("button")) button.disabled = count > LIMIT;
  toolbar.querySelector("[data-take]").hidden = entry.hidden || !entry.querySelector("[name=printed]");
  const cite = toolbar.querySelector("[data-make=cite]");
  const item = atHand && document.getElementById(`item-${atHand}`);
  cite.disabled ||= !item;
  cite.querySelector(".words__at").textContent = item ? item.dataset.label : "";
}

const numerals = () => [...content.querySelectorAll(".numeral--open")];

function chooseNumeral(numeral) {
  const passage = numeral.closest(".passage");
  passage.focus({ preventScroll: true });
  words.choose(passage, Number(numeral.dataset.start), Number(numeral.dataset.end));
}

function nextOpen(step) {
  const all = numerals();
  if (!all.length) { announce("nothing"); return; }
  const passages = [...content.querySelectorAll(".passage")];
  const place = (passage, start) => passages.indexOf(passage) * 1e6 + start;
  const here = words.passage?.isConnected ? place(words.passage, words.start) : -1;
  const places = all.map((one) => place(one.closest(".passage"), Number(one.dataset.start)));
  const after = step > 0
    ? places.findIndex((one) => one > here)
    : places.findLastIndex((one) => one < here);
  chooseNumeral(all.at(after < 0 ? (step > 0 ? 0 : -1) : after));
}

// ---------------------------------------------------------------- forms

const formUrl = (kind, parameters) =>
  `${page.dataset.page}form/${kind}/?${new URLSearchParams(parameters)}`;

function chosenWords() {
  if (!words.printed) return {};
  return { passage: words.passage.dataset.passage, start: words.start, end: words.end };
}

function make(kind) {
  if ([...words.printed].length > LIMIT) return;
  if (kind === "cite" && !atHand) return;
  open(formUrl(kind, { ...chosenWords(), ...(atHand && { at: atHand }) }));
}

// Opens the form at a URL. The last of several requests wins; closing or saving the open form
// cancels it.
async function open(url) {
  if (isSending) return;
  cameFrom = words.passage ?? cameFrom;
  const number = ++openings;
  isOpening = true;
  const answer = await request(url).catch(() => null);
  const html = await answer?.text().catch(() => null);
  if (number !== openings) return;
  isOpening = false;
  if (html == null) announce("unsent");
  else if ([200, 422].includes(answer.status)) openForm(html);
  else if (answer.status === 404 && drafts.has(url)) showLost(url);
  else announce("refused");
}

function callOff() {
  openings += 1;
  isOpening = false;
}

function openForm(html) {
  keep();
  show(html);
  const form = entry.querySelector("form");
  isDirty = Boolean(form && drafts.restore(form));
  if (isDirty) offerToDiscard(form);
  wire(form);
  listDrafts();
  (firstField(form) ?? entry).focus();
}

// Shows the texts of a form whose row was deleted, to be copied.
function showLost(url) {
  keep();
  const lines = drafts.texts(url).map((text) => paragraph("entry-form__lost", text));
  const shut = document.createElement("button");
  shut.type = "button";
  shut.dataset.close = "";
  shut.textContent = say("close");
  entry.replaceChildren(
    paragraph("errornote", say("gone")), ...lines, paragraph("entry-form__buttons", discardButton(url, close), shut),
  );
  entry.hidden = false;
  isDirty = false;
  entry.focus();
}

function show(html) {
  entry.innerHTML = html;
  entry.hidden = false;
  entry.scrollIntoView({ block: "nearest" });
}

function wire(form) {
  if (!form) return;
  offerTerms(form);
  count(form);
  readNumber(form, false);
  showWords();
}

function discardButton(url, then) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = say("discard");
  button.addEventListener("click", () => {
    drafts.drop(url);
    isDirty = false;
    then();
  });
  return button;
}

function offerToDiscard(form) {
  const url = form.getAttribute("action");
  form.prepend(paragraph("entry-form__restored", say("restored"), " ", discardButton(url, () => open(url))));
}

function keep() {
  const form = entry.querySelector("form");
  if (form && isDirty) drafts.keep(form, form.querySelector(".entry-form__title").textContent);
}

function close() {
  if (isSending) return;
  callOff();
  keep();
  isDirty = false;
  entry.hidden = true;
  entry.replaceChildren();
  showWords();
  listDrafts();
  back();
}

function back() {
  const passages = [...content.querySelectorAll(".passage")];
  const same = passages.find((one) => one.dataset.passage === cameFrom?.dataset.passage);
  (same ?? passages[0])?.focus({ preventScroll: true });
}

function count(form) {
  const printed = form.querySelector("[name=printed]");
  if (printed) form.querySelector(".entry-form__count").textContent = `${[...printed.value].length} / ${LIMIT}`;
}

// Cites the selected text in the open form.
function take() {
  const form = entry.querySelector("form");
  if (!form?.elements.printed || [...words.printed].length > LIMIT || !words.printed) return;
  form.elements.printed.value = words.printed;
  form.elements.passage.value = words.passage.dataset.passage;
  isDirty = true;
  keep();
  count(form);
  readNumber(form);
  firstField(form)?.focus();
}

// Shows how the fragment reads in the unit of the indicator, and fills in the bounds when the editor
// has changed fragment or indicator.
function readNumber(form, fills = true) {
  reading = fillNumber(form, fills, ++readings).catch(() => null);
}

async function fillNumber(form, fills, number) {
  const line = form.querySelector(".entry-form__reading");
  const indicator = form.elements.indicator?.value;
  if (!line || !indicator) return;
  const asked = new URLSearchParams({ indicator, printed: form.elements.printed.value });
  const answer = await request(`${line.dataset.reading}?${asked}`).catch(() => null);
  if (!answer?.ok) return;
  const read = await answer.json();
  if (number !== readings || !form.isConnected) return; // outdated by a later request
  line.textContent = read.fault ?? read.words;
  line.classList.toggle("entry-form__reading--fault", Boolean(read.fault));
  if (!fills || form.elements.reading_note_zh.value || form.dataset.isOverruled) return;
  for (const name of ["low", "high", "qualifier"]) form.elements[name].value = read[name] ?? "";
  if (!form.dataset.hasKind) form.elements.kind.value = form.elements.measure.value ? read.kind : "context";
}

// Answers a question with "the source does not say".
async function answerSilent(row) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const token = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // The initial value that the form would have: an answer written meanwhile is then a conflict.
  const body = new URLSearchParams({ token, state: "silent", "initial-state": "stated" });
  const answer = await post(formUrl("glance", { row }), body);
  const html = answer?.status === 200 ? await answer.text().catch(() => null) : null;
  if (html != null) {
    const isHere = content.contains(document.activeElement);
    renew(html);
    if (isHere && !content.contains(document.activeElement)) {
      (content.querySelector("[data-silent]") ?? content.querySelector(".passage"))?.focus();
    }
  }
  announce(html != null ? "saved" : answer ? "refused" : "unsent");
}

// The form is inert while it is sent, because later changes would be lost.
async function send(form, submitter) {
  if (isSending) return;
  const unchosen = firstUnchosen(form);
  if (unchosen) { unchosen.reportValidity(); return; }
  callOff();
  isSending = true;
  keep();
  const focused = document.activeElement;
  entry.inert = true;
  entry.ariaBusy = "true";
  await reading; // so that the values it fills in are sent too
  keep();
  const url = form.getAttribute("action");
  const answer = await post(url, new FormData(form, submitter));
  const html = await answer?.text().catch(() => null);
  isSending = false;
  entry.inert = false;
  entry.ariaBusy = "false";
  if (html != null && answer.status === 200) {
    drafts.drop(url);
    isDirty = false;
    const made = answer.headers.get("X-Made") ?? "";
    if (STATEMENTS.includes(made.split("-")[0])) atHand = made;
    renew(html);
    announce("saved");
    words.forget();
    close();
  } else if (html != null && answer.status === 422) {
    show(html);
    const again = entry.querySelector("form");
    wire(again);
    (firstField(again) ?? entry).focus();
  } else {
    showError(form, say(answer && html != null ? "refused" : "unsent"));
    focused?.focus();
  }
}

function showError(form, message) {
  form.querySelector(".entry-form__error")?.remove();
  const line = paragraph("entry-form__error errornote", message);
  line.role = "alert";
  form.prepend(line);
}

// Visible until the next key or click.
function announce(name) {
  status.textContent = say(name);
}

// Replaces the workbench after a save; scroll positions, selection and focus are preserved.
function renew(html) {
  const places = ["#article", "#board"].map((name) => content.querySelector(name)?.scrollTop ?? 0);
  const focused = content.contains(document.activeElement) ? sameAs(document.activeElement) : null;
  content.innerHTML = html;
  ["#article", "#board"].forEach((name, n) => { content.querySelector(name).scrollTop = places[n]; });
  if (focused) content.querySelector(focused)?.focus({ preventScroll: true });
  words.renew();
  showAtHand();
}

function showAtHand() {
  for (const item of content.querySelectorAll(".item")) {
    const is = item.dataset.item === atHand;
    item.classList.toggle("item--at-hand", is);
    item.querySelector(":scope > .item__head > [data-at]")?.setAttribute("aria-pressed", String(is));
  }
  showWords();
}

function listDrafts() {
  page.querySelector(".drafts")?.remove();
  const all = drafts.all();
  if (!all.length) return;
  const line = document.createElement("p");
  line.className = "drafts";
  line.append(say("drafts"));
  for (const [url, title] of all) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => open(url));
    line.append(" ", button);
  }
  page.prepend(line);
}

// ---------------------------------------------------------------- mouse and keys

page.addEventListener("click", (event) => {
  const target = event.target.closest("button, .numeral--open, a[data-go]");
  if (!target) return;
  const { make: kind, form, row, passageKey, at, go, silent } = target.dataset;
  if (target.matches(".numeral--open")) { chooseNumeral(target); make(target.dataset.use); }
  else if (kind) make(kind);
  else if (form) open(formUrl(form, { ...(row && { row }), ...(passageKey && { passage: passageKey }) }));
  else if (silent) answerSilent(silent);
  else if (at) { atHand = at === atHand ? "" : at; showAtHand(); }
  else if (go) {
    event.preventDefault();
    const passage = content.querySelector(`[data-passage="${go}"]`);
    passage?.scrollIntoView({ block: "center" });
    passage?.focus();
  }
  else if ("nextOpen" in target.dataset) nextOpen(1);
  else if ("take" in target.dataset) take();
  else if ("close" in target.dataset) close();
});

entry.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target, event.submitter);
});
entry.addEventListener("input", (event) => {
  isDirty = true;
  const form = event.target.form;
  if (["low", "high", "qualifier"].includes(event.target.name)) form.dataset.isOverruled = "yes";
  if (event.target.name === "kind") form.dataset.hasKind = "yes";
  keep();
});
entry.addEventListener("change", (event) => {
  if (["indicator", "measure"].includes(event.target.name)) readNumber(event.target.form);
});
entry.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") { event.preventDefault(); close(); }
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const form = entry.querySelector("form");
    form?.requestSubmit(form.querySelector("[type=submit]"));
  }
});

const KEYS = {
  n: () => nextOpen(1),
  N: () => nextOpen(-1),
  m: () => make("metric"),
  d: () => make("date"),
  l: () => make("left_out"),
  p: () => make("problem"),
  a: () => make("measure"),
  c: () => make("cite"),
  t: take,
  g: () => open(formUrl("gist", {})),
  r: () => open(formUrl("rest", {})),
  Enter: () => {
    const numeral = numerals().find((one) => one.closest(".passage") === words.passage
      && Number(one.dataset.start) === words.start && Number(one.dataset.end) === words.end);
    if (numeral) make(numeral.dataset.use);
  },
};

content.addEventListener("keydown", (event) => {
  const passage = event.target.closest(".passage");
  if (event.target !== passage || event.altKey || event.metaKey) return;
  const passages = [...content.querySelectorAll(".passage")];
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step) words.move(passage, step, event.ctrlKey, event.shiftKey);
  else if (event.ctrlKey) return;
  else if (event.key === "Home") words.choose(passage, 0, 0);
  else if (event.key === "j" || event.key === "k") {
    passages[passages.indexOf(passage) + (event.key === "j" ? 1 : -1)]?.focus();
  }
  else if (event.key === "Escape") callOff();
  else if (KEYS[event.key]) { if (!isOpening) KEYS[event.key](); } // else meant for the form that is loading
  else return;
  event.preventDefault();
});

addEventListener("beforeunload", (event) => {
  if ((isDirty && !entry.hidden) || isSending) { keep(); event.preventDefault(); }
});

// Restored from the back/forward cache: the case may have been saved elsewhere meanwhile.
addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  const answer = await request(page.dataset.page).catch(() => null);
  if (answer?.ok) renew(await answer.text());
  listDrafts();
});

for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, () => { status.textContent = ""; }, true);
}

new Drafts("intake").dropThatOfTheLastPage();
listDrafts();
showAtHand();
words.read(); // selected before this script was loaded
