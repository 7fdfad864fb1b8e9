// Sends to the desk. Where the session has ended, a login in place comes first, and what was sent is
// sent again; likewise where an account needs something before it may save.
const dialog = document.querySelector("#login-again");

const cookie = (name) =>
  document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

const once = (url, options) =>
  fetch(url, {
    ...options,
    redirect: "manual", // the desk sends nobody on but to its login
    headers: { "X-CSRFToken": cookie("csrftoken"), "X-Requested-With": "workbench" },
  });

// The answer of the desk; rejects where there is none.
export async function ask(url, options = {}) {
  for (;;) {
    const answer = await once(url, options);
    const first = answer.headers.get("X-Desk-First");
    if (answer.type !== "opaqueredirect" && !first) {
      if (dialog.open) close();
      return answer;
    }
    await (first ? waitFor(first) : logIn());
  }
}

let login;
let waiting;

function logIn() {
  waiting = undefined;
  login ??= new Promise((resolve) => {
    show("password");
    open(async (form) => {
      const answer = await once(dialog.dataset.login, { method: "POST", body: new FormData(form) });
      if (answer.type !== "opaqueredirect") {
        refuse(answer);
        return;
      }
      login = undefined;
      close();
      resolve();
    });
  });
  return login;
}

// Until a person says that the page at this address is done with.
function waitFor(address) {
  waiting ??= new Promise((resolve) => {
    const isAsked = shown().dataset.step === "first" && dialog.open;
    show("first");
    shown().querySelector("a").href = address;
    if (isAsked) say(shown().dataset.wrong);
    open(() => {
      waiting = undefined;
      resolve();
    });
  });
  return waiting;
}

const shown = () => dialog.querySelector("fieldset:not([hidden])");

function show(step) {
  for (const part of dialog.querySelectorAll("fieldset")) {
    part.hidden = part.disabled = part.dataset.step !== step;
  }
  dialog.querySelector("[type=submit]").textContent = shown().dataset.button;
  say("");
  shown().querySelector("input")?.focus();
}

function say(words) {
  const error = dialog.querySelector("[role=alert]");
  error.textContent = words;
  error.hidden = !words;
}

// The login was not taken: the code is asked for, or something was wrong.
function refuse(answer) {
  const step = answer.headers.get("X-Login-Step");
  if (step && step !== shown().dataset.step) show(step);
  else say(step ? shown().dataset.wrong : dialog.dataset.locked);
}

let submit;

function open(send) {
  const form = dialog.querySelector("form");
  form.removeEventListener("submit", submit);
  submit = (event) => {
    event.preventDefault();
    send(form);
  };
  form.addEventListener("submit", submit);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  if (!dialog.open) dialog.showModal();
}

function close() {
  dialog.querySelector("form").reset();
  dialog.close();
}
