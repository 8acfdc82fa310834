// Niceties of signing in: a warning before the session ends, and passwords shown on request. Nothing needs this file.

const WARN_MS = 180_000;
const TICK_MS = 2_000;

/** A button under each password field that shows what has been typed; it is hidden again before it is sent. */
function showPasswords() {
  for (const holder of document.querySelectorAll("[data-shows]")) {
    const field = document.getElementById(holder.dataset.shows);
    const button = holder.querySelector("button");
    const show = button.textContent;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.textContent = shown ? show : holder.dataset.hide;
    });
    field.form.addEventListener("submit", () => {
      field.type = "password";
    });
    holder.hidden = false;
  }
}

/** Says in good time that the session is about to end, and keeps it alive if the person asks for that. */
function watchSession() {
  const watch = document.querySelector("[data-session]");
  if (!watch) {
    return;
  }
  const said = watch.dataset;
  const warning = watch.querySelector(".session-warning");
  const text = document.createElement("p");
  warning.prepend(text);
  const actions = warning.querySelector(".actions");
  const otherTabs = new BroadcastChannel("kb-session");
  const end = Date.now() + said.ends * 1_000;
  let until = Date.now() + said.seconds * 1_000;

  const live = (seconds) => {
    until = Math.min(Date.now() + seconds * 1_000, end);
    otherTabs.postMessage(seconds);
    look();
  };
  const say = (sentence, canStay) => {
    if (text.textContent !== sentence) {
      text.textContent = sentence;
    }
    actions.hidden = !canStay;
    warning.hidden = sentence === "";
  };
  const look = () => {
    const left = until - Date.now();
    const minutes = Math.ceil(left / 60_000);
    if (left <= 0) {
      say(said.ended, false);
    } else if (left > WARN_MS) {
      say("", false);
    } else if (until >= end - 1_000) {
      say(said.last.replace("{n}", minutes), false);
    } else {
      say(minutes > 1 ? said.minutes.replace("{n}", minutes) : said.minute, true);
    }
  };
  actions.querySelector("button").addEventListener("click", async () => {
    try {
      const body = new URLSearchParams({ [said.tokenName]: said.token });
      const answer = await fetch(said.stay, { method: "POST", body });
      live((await answer.json()).seconds);
    } catch {
      until = 0;
      look();
    }
  });
  otherTabs.addEventListener("message", ({ data }) => {
    until = Math.max(until, Math.min(Date.now() + data * 1_000, end));
    look();
  });
  live(said.seconds);
  setInterval(look, TICK_MS);
}

showPasswords();
watchSession();
