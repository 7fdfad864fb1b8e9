// Sends to the desk. Where the session has ended, a login in place comes first, and what was sent is
// sent again.
const dialog = document.querySelector("#login-again");

const cookie = (name) =>
  document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

const LONGEST = 60_000; // milliseconds until an answer counts as lost

const once = (url, options) =>
  fetch(url, {
    ...options,
    signal: AbortSignal.timeout(LONGEST),
    redirect: "manual", // the desk sends nobody on but to its login
    headers: { "X-CSRFToken": cookie("csrftoken"), "X-Requested-With": "workbench" },
  });

// The answer of the desk; rejects where there is none, or where the login in place was shut.
export async function ask(url, options = {}) {
  let answer = await once(url, options);
  while (answer.type === "opaqueredirect") {
    await logIn();
    answer = await once(url, options);
  }
  return answer;
}

let login;

function logIn() {
  login ??= new Promise((resolve, reject) => {
    const form = dialog.querySelector("form");
    const error = dialog.querySelector("[role=alert]");
    let isSending = false;
    const send = async (event) => {
      event.preventDefault();
      if (isSending) return;
      isSending = true;
      const body = new FormData(form);
      const answer = await once(dialog.dataset.login, { method: "POST", body }).catch(() => null);
      isSending = false;
      error.textContent = answer ? dialog.dataset.refused : dialog.dataset.unsent;
      error.hidden = answer?.type === "opaqueredirect";
      if (error.hidden) dialog.close("logged-in");
    };
    form.addEventListener("submit", send);
    dialog.addEventListener("close", () => {
      form.removeEventListener("submit", send);
      form.reset();
      error.hidden = true;
      login = undefined;
      if (dialog.returnValue === "logged-in") resolve();
      else reject(new Error("not logged in"));
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  });
  return login;
}
