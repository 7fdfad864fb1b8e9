// Sends requests to the desk. If the session has expired, a dialog asks for the login and the request
// is repeated; likewise if the account must change its password or set up a second factor first.
const dialog = document.querySelector("#login-again");

export const cookie = (name) =>
  document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

const LONGEST = 60_000; // milliseconds until an answer counts as lost

const once = (url, options) =>
  fetch(url, {
    ...options,
    signal: AbortSignal.timeout(LONGEST),
    redirect: "manual", // the desk redirects only to its login
    headers: { "X-CSRFToken": cookie("csrftoken"), "X-Requested-With": "workbench" },
  });

// The response; rejects if there is none, or if the dialog was closed.
export async function request(url, options = {}) {
  for (;;) {
    const answer = await once(url, options);
    const first = answer.headers.get("X-Desk-First");
    if (answer.type !== "opaqueredirect" && (!first || first === location.pathname)) {
      if (isDone) close();
      return answer;
    }
    await (login ?? waiting ?? (first ? waitFor(first) : logIn()));
  }
}

let login, waiting;
let isDone = false; // the user has confirmed that the required step is done

function logIn() {
  login = openDialog("password", async (form) => {
    const body = new FormData(form);
    const answer = await once(dialog.dataset.login, { method: "POST", body }).catch(() => null);
    if (answer?.type === "opaqueredirect") return true;
    if (answer) refuse(answer);
    else say(dialog.dataset.unsent);
    return false;
  }).then(close).finally(() => { login = undefined; });
  return login;
}

// Resolves when the user confirms that the step on the page at this URL is done.
function waitFor(address) {
  const wasDone = isDone && dialog.open;
  waiting = openDialog("first", () => true)
    .then(() => { isDone = true; })
    .finally(() => { waiting = undefined; });
  shown().querySelector("a").href = address;
  if (wasDone) say(shown().dataset.wrong);
  return waiting;
}

// Opens the dialog at a step. Resolves when `send` accepts the form, rejects if the dialog is closed.
function openDialog(step, send) {
  const form = dialog.querySelector("form");
  isDone = false;
  show(step);
  return new Promise((resolve, reject) => {
    let isSending = false;
    const submit = async (event) => {
      event.preventDefault();
      if (isSending) return;
      isSending = true;
      const isTaken = await send(form);
      isSending = false;
      if (!isTaken) return;
      leave();
      resolve();
    };
    const shut = () => {
      leave();
      form.reset();
      reject(new Error("the dialog was shut"));
    };
    const leave = () => {
      form.removeEventListener("submit", submit);
      dialog.removeEventListener("close", shut);
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener("close", shut);
    if (!dialog.open) dialog.showModal();
  });
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

// Shows the next step of the login, or its error.
function refuse(answer) {
  const step = answer.headers.get("X-Login-Step");
  if (step && step !== shown().dataset.step) show(step);
  else say(step ? shown().dataset.wrong : dialog.dataset.locked);
}

function close() {
  isDone = false;
  dialog.querySelector("form").reset();
  dialog.close();
}
