// What the writer is told of saving: calm while all is well, and lasting when something is wrong.

export class SaveLine {
  constructor(place) {
    this.said = place.dataset;
    this.state = place.querySelector("[data-save-state]");
    this.status = place.querySelector("[data-save-status]");
    this.alert = place.querySelector("[data-save-alert]");
    this.ways = {
      logIn: place.querySelector("[data-save-log-in]"),
      retry: place.querySelector("[data-save-retry]"),
      merge: place.querySelector("[data-save-merge]"),
    };
    this.offerPlace = place.querySelector("[data-save-offer]");
    this.offerTexts = place.querySelector("[data-save-texts]");
    this.place = place;
  }

  /** ``way`` → what its button does. */
  act(way, does) {
    this.ways[way].querySelector("button").addEventListener("click", does);
  }

  saving() {
    if (!this.alert.textContent) {
      this.state.textContent = this.said.saving;
    }
  }

  /** Only after the server has said so. */
  saved(clock) {
    this.state.textContent = this.said.saved.replace("{clock}", clock);
    if (this.alert.textContent) {
      this.status.textContent = this.said.again.replace("{clock}", clock);
    }
    this.calm();
  }

  /** Something is wrong; said once, and left standing until it is mended. */
  wrong(what, way, { sentence = "", hasCopy = true } = {}) {
    const text = `${sentence || this.said[what]}${hasCopy ? "" : ` ${this.said.noCopy}`}`;
    if (this.alert.textContent !== text) {
      this.alert.textContent = text;
    }
    this.status.textContent = "";
    this.state.hidden = true;
    this.place.classList.add("save-line-wrong");
    for (const [name, element] of Object.entries(this.ways)) {
      element.hidden = name !== way;
    }
  }

  calm() {
    this.alert.textContent = "";
    this.state.hidden = false;
    this.place.classList.remove("save-line-wrong");
    for (const element of Object.values(this.ways)) {
      element.hidden = true;
    }
  }

  /** Show texts that were never saved; the answer is whether to use them, given by a person. */
  offer(fields) {
    this.offerTexts.replaceChildren();
    for (const [name, { text, label }] of Object.entries(fields)) {
      const term = document.createElement("dt");
      term.textContent = label || name;
      const shown = document.createElement("dd");
      shown.className = "merge-text";
      shown.textContent = text;
      this.offerTexts.append(term, shown);
    }
    this.offerPlace.hidden = false;
    const [use, discard] = this.offerPlace.querySelectorAll("button");
    return new Promise((answer) => {
      const close = (used) => {
        this.offerPlace.hidden = true;
        answer(used);
      };
      use.onclick = () => close(true);
      discard.onclick = () => close(false);
    });
  }
}
