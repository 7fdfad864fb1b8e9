// Sends to the desk. Where the session has ended, a login in place comes first, and what was sent is
// sent again.
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
  let answer = await once(url, options);
  while (answer.type === "opaqueredirect") {
    await logIn();
    answer = await once(url, options);
  }
  return answer;
}

let login;

function logIn() {
  login ??= new Promise((resolve) => {
    const form = dialog.querySelector("form");
    const error = dialog.querySelector("[role=alert]");
    const send = async (event) => {
      event.preventDefault();
      const answer = await once(dialog.dataset.login, { method: "POST", body: new FormData(form) });
      error.hidden = answer.type === "opaqueredirect";
      if (!error.hidden) return;
      form.removeEventListener("submit", send);
      form.reset();
      dialog.close();
      login = undefined;
      resolve();
    };
    form.addEventListener("submit", send);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.showModal();
  });
  return login;
}
