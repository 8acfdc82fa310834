// Saves a draft while it is typed. What is typed is kept in the browser until the server has said that it is saved.
// Without this file the buttons of the form save.

import { DraftForm } from "./draft_form.js";
import { LocalCopy } from "./local_copy.js";
import { recover, forgetSettled } from "./recovery.js";
import { SaveLine } from "./save_line.js";
import { ask, mergePage, payload, send } from "./server.js";

const PAUSE_MS = 1_000;
const RETRY_MS = [2_000, 5_000, 10_000, 20_000, 30_000];

/** In these states nothing is sent by itself: a person has to do something first. */
const WAITS = new Set(["ended", "other", "conflict", "gone"]);

export class Autosave {
  constructor(place, form) {
    this.said = place.dataset;
    this.line = new SaveLine(place);
    this.form = form;
    this.fields = new DraftForm(form);
    this.copy = new LocalCopy(this.said.user, this.said.entry);
    this.tokenField = form.elements[this.said.tokenName];
    this.state = "";
    this.failures = 0;
    this.hasCopy = true;
    const seen = Number(form.dataset.version);
    const isUnsaved = "unsaved" in form.dataset;
    this.known = new Map(
      this.fields.names().map((name) => {
        const base = isUnsaved ? null : this.fields.textAtFirst(name);
        return [name, { base, seen, sent: [] }];
      }),
    );
  }

  get token() {
    return this.tokenField?.value ?? "";
  }

  /** The fields whose text the server is not known to have. */
  unsaved() {
    const found = {};
    for (const [name, { base, seen, sent }] of this.known) {
      const text = this.fields.text(name);
      if (text !== base || sent.length > 0) {
        found[name] = { text, base, seen, sent, label: this.fields.label(name) };
      }
    }
    return found;
  }

  isSaved() {
    return Object.keys(this.unsaved()).length === 0;
  }

  /** Put what is not saved into the browser's copy; take the copy away when all is. */
  keep() {
    const unsaved = this.unsaved();
    if (Object.keys(unsaved).length > 0) {
      this.hasCopy = this.copy.write(unsaved);
    } else {
      this.hasCopy = true;
      this.copy.remove();
    }
  }

  typed() {
    this.keep();
    if (!WAITS.has(this.state) && !this.isSaved()) {
      this.later(PAUSE_MS);
    }
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** Save what is not saved; one request at a time. The answer is ``saved`` or what stopped it. */
  async save() {
    clearTimeout(this.timer);
    if (this.busy) {
      return this.busy;
    }
    this.busy = this.saveNow();
    try {
      return await this.busy;
    } finally {
      this.busy = null;
      if (this.state === "saved" && !this.isSaved()) {
        this.later(PAUSE_MS);
      }
    }
  }

  /** Save until nothing is left: more may be typed while the server answers. */
  async saveAll() {
    let answer = "saved";
    do {
      answer = await this.save();
    } while (answer === "saved" && !this.isSaved());
    return answer;
  }

  async saveNow() {
    const unsaved = this.unsaved();
    if (Object.keys(unsaved).length === 0) {
      return "saved";
    }
    if (this.state === "conflict" || this.state === "gone") {
      return this.state;
    }
    this.line.saving();
    if (this.needsToken && !(await this.renew())) {
      return this.state;
    }
    let answer = await this.post(unsaved);
    if (answer.what === "token") {
      if (!(await this.renew())) {
        return this.state;
      }
      answer = await this.post(unsaved);
    }
    return this.take(answer, unsaved);
  }

  async post(unsaved) {
    const body = payload(this.token, unsaved);
    for (const [name, { text }] of Object.entries(unsaved)) {
      const { sent } = this.known.get(name);
      if (!sent.includes(text)) {
        sent.push(text);
      }
    }
    this.keep();
    this.flying = unsaved;
    const answer = await send(this.said.saveUrl, body);
    this.flying = null;
    return answer;
  }

  take(answer, unsaved) {
    this.state = answer.what;
    switch (answer.what) {
      case "saved":
        this.failures = 0;
        for (const [name, { text }] of Object.entries(unsaved)) {
          this.known.set(name, { base: text, seen: answer.told.version, sent: [] });
        }
        this.keep();
        this.line.saved(answer.told.clock);
        if (!this.isSaved()) {
          this.line.saving();
        }
        session.postMessage(answer.told.seconds);
        break;
      case "token":
      case "failed":
        this.retry();
        break;
      case "ended":
        this.needsToken = true;
        this.stop("ended", "logIn");
        break;
      case "conflict":
        this.stop("conflict", "merge");
        break;
      case "gone":
        this.stop("gone", "");
        break;
      default:
        // Refused for what it holds: it is sent again when something has been changed.
        this.line.wrong(answer.what, "", { sentence: answer.told.message, hasCopy: this.hasCopy });
    }
    return this.state;
  }

  /** A new token, if whoever is signed in is the one who writes here. */
  async renew() {
    const answer = await ask(this.said.saveUrl);
    if (answer.what === "saved" && answer.told.user === this.said.user) {
      this.tokenField.value = answer.told.token;
      this.needsToken = false;
      return true;
    }
    this.needsToken = true;
    this.state = answer.what === "saved" ? "other" : answer.what;
    if (this.state === "failed") {
      this.retry();
    } else {
      this.stop(this.state, this.state === "gone" ? "" : "logIn");
    }
    return false;
  }

  retry() {
    this.state = "failed";
    this.line.wrong("failed", "retry", { hasCopy: this.hasCopy });
    this.later(RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
    this.failures += 1;
  }

  stop(what, way) {
    clearTimeout(this.timer);
    this.line.wrong(what, way, { hasCopy: this.hasCopy });
  }

  /** Something may have become better: the network, or a log-in in another window. */
  again() {
    if (this.state === "failed" || this.state === "ended" || this.state === "other") {
      this.save();
    }
  }

  /** The page goes: what has not been sent is sent without waiting for an answer, and the copy stays. */
  leave() {
    this.keep();
    const unsaved = this.unsaved();
    const isFlying = (name) => this.flying?.[name]?.text === unsaved[name].text;
    if (WAITS.has(this.state) || this.needsToken || Object.keys(unsaved).every(isFlying)) {
      return;
    }
    const body = payload(this.token, unsaved);
    for (const [name, { text }] of Object.entries(unsaved)) {
      this.known.get(name).sent.push(text);
    }
    this.keep();
    send(this.said.saveUrl, body, { onlyIfShort: true });
  }

  /** Texts that an earlier page had left have been saved as this version: they stand here too. */
  adopt(fields, version) {
    const unsaved = this.unsaved();
    for (const [name, { text }] of Object.entries(fields)) {
      if (this.known.has(name) && !(name in unsaved)) {
        this.known.set(name, { base: text, seen: version, sent: [] });
        this.fields.put(name, text);
      }
    }
  }

  merge() {
    const unsaved = this.unsaved();
    this.keep();
    this.isLeaving = true;
    mergePage(this.said, this.token, unsaved, this.copy.id);
  }

  /** Nothing is sent by the form itself before what is typed is saved, unless the form's page has to say why. */
  async submit(event) {
    // A form cannot be sent again while its own event is under way: where nothing has to be waited for, it goes now.
    if (this.maySubmit || this.isSaved()) {
      this.maySubmit = false;
      this.isLeaving = true;
      return;
    }
    event.preventDefault();
    if (this.isSubmitting) {
      return;
    }
    this.isSubmitting = true;
    const answer = await this.saveAll();
    this.isSubmitting = false;
    if (answer === "saved" || answer === "refused" || answer === "tooLarge" || answer === "gone") {
      this.maySubmit = true;
      this.isLeaving = true;
      this.form.requestSubmit(event.submitter);
    }
  }

  listen() {
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("change", () => this.typed());
    this.form.addEventListener("focusout", () => {
      if (!WAITS.has(this.state) && this.state !== "failed") {
        this.save();
      }
    });
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.line.act("retry", () => this.save());
    this.line.act("merge", () => this.merge());
    this.line.act("logIn", () => window.open(this.said.logIn, "_blank"));
    addEventListener("online", () => this.again());
    addEventListener("focus", () => this.again());
    addEventListener("pagehide", () => this.leave());
    addEventListener("beforeunload", (event) => {
      if (!this.hasCopy && !this.isLeaving && !this.isSaved()) {
        event.preventDefault();
      }
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        this.keep();
      } else {
        this.again();
      }
    });
    new BroadcastChannel("kb-writing").addEventListener("message", () => this.again());
    this.typed();
  }
}

const session = new BroadcastChannel("kb-session");
const place = document.querySelector("[data-save-line]");
const form = document.querySelector("form[data-draft]");
forgetSettled(place.dataset);
const autosave = form ? new Autosave(place, form) : null;
autosave?.listen();
recover(place.dataset, autosave, autosave?.line ?? new SaveLine(place));
