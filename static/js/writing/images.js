// The dialog that a picture goes through: its text is asked for at once, and the server makes the picture anew.

const LARGEST = 5_000_000;

export class Pictures {
  /** `done` gets the line of Markdown and what to say of it. */
  constructor(dialog, url, token, done) {
    Object.assign(this, { dialog, url, token, done, said: dialog.dataset });
    document.body.append(dialog); // out of the form of the draft: the Enter key sends nothing
    this.part = (name) => dialog.querySelector(`[data-picture-${name}]`);
    this.part("file").addEventListener("change", () => this.choose(this.part("file").files[0]));
    this.part("send").addEventListener("click", () => this.send());
    this.part("cancel").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.sending?.abort());
  }

  open(file) {
    this.part("file").value = "";
    this.part("alt").value = "";
    this.part("decorative").checked = false;
    this.refuse("");
    this.choose(file);
    this.dialog.showModal();
    this.part(file ? "alt" : "file").focus();
  }

  choose(file) {
    this.file = file;
    this.part("name").textContent = file?.name ?? "";
  }

  refuse(message, field) {
    this.part("error").textContent = message;
    for (const name of ["alt", "file"]) {
      this.part(name).toggleAttribute("aria-invalid", false);
      if (name === field) {
        this.part(name).setAttribute("aria-invalid", "true");
        this.part(name).focus();
      }
    }
  }

  send() {
    if (!this.file) {
      this.refuse(this.said.missing, "file");
      return;
    }
    if (this.file.size > LARGEST) {
      this.refuse(this.said.tooLarge, "file");
      return;
    }
    const sent = new FormData();
    sent.append("intyg", this.token());
    sent.append("alt", this.part("alt").value);
    sent.append("decorative", this.part("decorative").checked ? "1" : "");
    sent.append("file", this.file);
    this.refuse("");
    this.wait(true);
    this.sending = new XMLHttpRequest();
    this.sending.responseType = "json";
    this.sending.upload.addEventListener("progress", (event) => {
      this.bar().value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
    });
    this.sending.addEventListener("loadend", () => this.answered(this.sending));
    this.sending.open("POST", this.url);
    this.sending.setRequestHeader("Accept", "application/json");
    this.sending.send(sent);
  }

  answered({ status, response }) {
    this.wait(false);
    if (status === 200 && response?.markdown) {
      this.dialog.close();
      this.done(response.markdown, this.said.done);
    } else if (this.dialog.open) {
      const message = status === 413 ? this.said.tooLarge : response?.message;
      this.refuse(message ?? this.said.failed, Object.keys(response?.problems ?? {})[0]);
    }
  }

  bar() {
    return this.part("progress").querySelector("progress");
  }

  wait(isSending) {
    this.part("progress").hidden = !isSending;
    this.part("send").disabled = isSending;
  }
}
