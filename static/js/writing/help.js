// Help beside the text, asked for anew when someone has paused. It never moves the focus and says only the number
// of warnings, and only when it has changed. Without this file the help is that of the draft as the page was made.

import { DraftForm } from "./draft_form.js";

const PAUSE_MS = 2_000;

class Help {
  constructor(section, form) {
    this.url = section.dataset.helpUrl;
    this.content = section.querySelector("[data-help-content]");
    this.status = section.querySelector("[data-help-status]");
    this.form = form;
    this.draft = new DraftForm(form);
    this.warnings = Number(this.content.dataset.warnings);
    this.tokenField = section.dataset.tokenField;
    this.timer = 0;
    this.asked = 0;
    form.addEventListener("input", () => this.wait());
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const turn = (this.asked += 1);
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ token: this.token(), fields: this.fields() }),
      });
      const told = answer.ok && (await answer.json());
      if (told && turn === this.asked) {
        this.show(told);
      }
    } catch {
      // Nobody misses help that cannot be had; the line about saving says what is wrong.
    }
  }

  token() {
    return this.form.elements.namedItem(this.tokenField).value;
  }

  fields() {
    return Object.fromEntries(this.draft.names().map((name) => [name, this.draft.text(name)]));
  }

  show({ html, warnings, summary }) {
    if (this.content.contains(document.activeElement)) {
      this.wait();
      return;
    }
    const open = [...this.content.querySelectorAll("details[open]")].map(({ id }) => id);
    // The server's own page of help, where all that was typed is escaped.
    this.content.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    for (const details of this.content.querySelectorAll("details")) {
      details.open = open.includes(details.id);
    }
    if (warnings !== this.warnings) {
      this.status.textContent = summary;
      this.warnings = warnings;
    }
  }
}

const section = document.querySelector("[data-help]");
const form = document.querySelector("form[data-draft]");
if (section && form) {
  new Help(section, form);
}
