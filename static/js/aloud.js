// Reads a case aloud with the browser's speech synthesis: title, key message, measures and numbers.
// Two toggle buttons, which stay hidden if the browser cannot speak.
const PARTS = "h1, .case__message, .case__abstract, .measure__title, .measure .status, .measure__summary, .measure .metric";
const bar = document.querySelector(".aloud");

if (bar && "speechSynthesis" in window) {
  const [read, pause] = bar.querySelectorAll("button");
  const language = document.documentElement.lang === "en" ? "en" : "zh";
  let rest = [];
  let spoken = null;

  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, pressed) => button.setAttribute("aria-pressed", pressed);

  function words(part) {
    const copy = part.cloneNode(true);
    for (const unspoken of copy.querySelectorAll("details, .visually-hidden")) unspoken.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function voice() {
    const voices = speechSynthesis.getVoices().filter((one) => one.lang.startsWith(language));
    return voices.find((one) => /^(zh.(CN|Hans)|en)/.test(one.lang)) ?? voices[0] ?? null;
  }

  // One part at a time, as some browsers stop within a long text.
  function next() {
    document.querySelector(".is-read")?.classList.remove("is-read");
    const part = rest.shift();
    if (!part) return stop();
    const one = new SpeechSynthesisUtterance(words(part));
    one.lang = language === "en" ? "en" : "zh-CN";
    one.voice = voice();
    one.onend = () => { if (one === spoken) next(); };
    one.onerror = () => { if (one === spoken) stop(); };
    spoken = one;
    part.classList.add("is-read");
    speechSynthesis.speak(one);
  }

  function stop() {
    spoken = null;
    speechSynthesis.resume();
    speechSynthesis.cancel();
    document.querySelector(".is-read")?.classList.remove("is-read");
    press(read, false);
    press(pause, false);
    pause.disabled = true;
  }

  read.addEventListener("click", () => {
    if (isPressed(read)) return stop();
    rest = [...document.querySelectorAll(PARTS)];
    press(read, true);
    pause.disabled = false;
    next();
  });
  pause.addEventListener("click", () => {
    if (isPressed(pause)) speechSynthesis.resume();
    else speechSynthesis.pause();
    press(pause, !isPressed(pause));
  });
  addEventListener("pagehide", stop);
  stop();
  bar.hidden = false;
}
