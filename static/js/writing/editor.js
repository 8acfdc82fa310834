// The buttons above a text, the preview beside it, and what is pasted or dropped into it. Without this file the
// field is a plain one, and the buttons of the form save and show.

import { Pictures } from "./images.js";
import { markdownOf } from "./paste.js";
import { insert, insertBlock } from "./inserting.js";

const PAUSE_MS = 700;
const KEYS = { ArrowRight: 1, ArrowLeft: -1, Home: "first", End: "last" };

class Editor {
  constructor(place) {
    this.place = place;
    this.said = place.dataset;
    this.field = document.getElementById(this.said.editor);
    this.preview = place.querySelector("[data-editor-preview]");
    this.write = place.querySelector("[data-editor-write]");
    this.status = place.querySelector("[data-editor-status]");
    this.panes = place.querySelector("[data-editor-panes]");
    const dialog = document.querySelector(`[data-picture-dialog="${this.said.editor}"]`);
    this.pictures = new Pictures(dialog, this.said.pictureUrl, () => this.token(), (line, said) => {
      this.field.focus();
      this.field.setSelectionRange(...this.range);
      insertBlock(this.field, line);
      this.status.textContent = said;
    });
    this.startTools();
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("paste", (event) => this.paste(event));
    this.field.addEventListener("dragover", (event) => {
      if ([...event.dataTransfer.items].some((one) => one.kind === "file")) {
        event.preventDefault();
      }
    });
    this.field.addEventListener("drop", (event) => this.drop(event));
  }

  token() {
    return this.field.form.elements[this.said.tokenName].value;
  }

  startTools() {
    const tools = this.place.querySelector("[data-editor-tools]");
    const bar = tools.querySelector("markdown-toolbar");
    this.buttons = [...bar.children];
    this.buttons.forEach((button, number) => {
      button.setAttribute("role", "button");
      button.tabIndex = number === 0 ? 0 : -1;
      button.addEventListener("focus", () => this.stopAt(button));
    });
    bar.addEventListener("keydown", (event) => this.move(event));
    bar.querySelector("[data-md-button=table]").addEventListener("click", () => this.insertTable());
    bar.querySelector("[data-md-button=picture]").addEventListener("click", () => this.openPictures());
    tools.querySelector("[data-editor-insert]").addEventListener("click", () => {
      insertBlock(this.field, `## ${tools.querySelector("[data-editor-heading]").value}`);
    });
    this.views = [...tools.querySelectorAll("[data-editor-view]")];
    for (const button of this.views) {
      button.addEventListener("click", () => this.show(button.dataset.editorView));
    }
    tools.hidden = false;
    this.place.querySelector("[data-editor-plain]").hidden = true;
  }

  /** The tab key comes to the toolbar once, where one was last. */
  stopAt(button) {
    for (const one of this.buttons) {
      one.tabIndex = one === button ? 0 : -1;
    }
  }

  move(event) {
    const step = KEYS[event.key];
    const at = this.buttons.indexOf(event.target);
    if (step === undefined || at < 0 || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const count = this.buttons.length;
    const to = step === "first" ? 0 : step === "last" ? count - 1 : (at + step + count) % count;
    event.preventDefault();
    this.buttons[to].focus();
  }

  /** The picture is put where one was when the dialog opened. */
  openPictures(file) {
    this.range = [this.field.selectionStart, this.field.selectionEnd];
    this.pictures.open(file);
  }

  insertTable() {
    const name = this.said.column;
    insertBlock(this.field, `| ${name} 1 | ${name} 2 |\n| --- | --- |\n|  |  |`);
  }

  show(view) {
    for (const button of this.views) {
      button.setAttribute("aria-pressed", String(button.dataset.editorView === view));
    }
    this.panes.dataset.editorPanes = view;
    this.write.hidden = view === "preview";
    this.preview.hidden = view === "write";
    this.refresh();
  }

  changed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.refresh(), PAUSE_MS);
  }

  /** The server renders: what is seen here is what readers will see. */
  async refresh() {
    if (this.preview.hidden || this.shown === this.field.value) {
      return;
    }
    const text = this.field.value;
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const response = await fetch(this.said.previewUrl, {
        method: "POST",
        body: new URLSearchParams({ [this.said.tokenName]: this.token(), text }),
        signal: this.asking.signal,
      });
      const isFragment = response.ok || response.status === 422;
      if (!isFragment || response.redirected) {
        throw new Error(String(response.status));
      }
      this.preview.innerHTML = await response.text();
      this.shown = text;
      this.status.textContent = "";
    } catch (error) {
      if (error.name !== "AbortError") {
        this.preview.textContent = this.said.failed;
        this.status.textContent = this.said.failed;
      }
    }
  }

  paste(event) {
    const data = event.clipboardData;
    const html = data.getData("text/html");
    const text = html ? markdownOf(html) : "";
    if (text) {
      event.preventDefault();
      insert(this.field, text);
      return;
    }
    const file = [...data.files].find((one) => one.type.startsWith("image/"));
    if (file && !data.getData("text/plain")) {
      event.preventDefault();
      this.openPictures(file);
    }
  }

  drop(event) {
    const file = [...event.dataTransfer.files].find((one) => one.type.startsWith("image/"));
    if (file) {
      event.preventDefault();
      this.openPictures(file);
    }
  }
}

for (const place of document.querySelectorAll("[data-editor]")) {
  new Editor(place);
}
