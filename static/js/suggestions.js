// The search box as a combobox (ARIA Authoring Practices): a list to choose from while the reader types.
// Without this file the box is a plain field. Nothing is stored, and nothing is sent but what is in the box.

const WAIT_MS = 150;
const LEAST = 2;

class SuggestionBox {
  constructor(field) {
    this.field = field;
    this.form = field.form;
    this.options = [];
    this.active = -1;
    this.build();
    field.addEventListener("input", (event) => this.typed(event));
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    this.form.addEventListener("submit", () => this.close());
  }

  build() {
    const id = `${this.field.id}-suggestions`;
    this.list = document.createElement("div");
    this.list.id = id;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.field.dataset.suggestionsLabel);
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("aria-live", "polite");
    this.form.append(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
    })) {
      this.field.setAttribute(name, value);
    }
    // The focus stays in the field when the list is pressed, or the list would close before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) {
        this.choose(this.options.indexOf(option));
      }
    });
  }

  typed(event) {
    clearTimeout(this.timer);
    this.request?.abort();
    this.setActive(-1);
    if (event.isComposing) {
      return;
    }
    if (this.field.value.trim().length < LEAST) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    const address = `${this.field.dataset.suggestions}?${new URLSearchParams({ q: this.field.value })}`;
    try {
      const response = await fetch(address, { signal, credentials: "omit" });
      const found = response.ok ? await response.json() : { groups: [] };
      if (!signal.aborted && document.activeElement === this.field) {
        this.show(found);
      }
    } catch {
      if (!signal.aborted) {
        this.close();
      }
    }
  }

  show({ groups, announcement = "" }) {
    this.options = [];
    this.setActive(-1);
    this.list.replaceChildren(...groups.map((group, number) => this.group(group, number)));
    this.status.textContent = announcement;
    this.setOpen(this.options.length > 0);
  }

  group({ kind, label, options }, number) {
    const group = document.createElement("div");
    const name = document.createElement("div");
    name.id = `${this.list.id}-${number}`;
    name.className = "suggestions-label";
    name.setAttribute("role", "presentation");
    name.textContent = label;
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", name.id);
    group.append(name, ...options.map((option) => this.option(kind, option)));
    return group;
  }

  option(kind, { text, url, lang }) {
    const option = document.createElement("div");
    option.id = `${this.list.id}-option-${this.options.length}`;
    option.className = "suggestions-option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = text;
    if (lang) {
      option.lang = lang;
    }
    Object.assign(option.dataset, { kind, url });
    this.options.push(option);
    return option;
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const open = !this.list.hidden;
    if (event.key === "Escape" && open) {
      // The first press closes the list; the next one empties the field, as browsers do.
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.step(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  /** One step in a round that also holds the field itself (-1). */
  step(by) {
    if (this.list.hidden) {
      if (this.field.value.trim().length >= LEAST) {
        this.ask();
      }
      return;
    }
    const places = this.options.length + 1;
    this.setActive(((this.active + 1 + by + places) % places) - 1);
  }

  setActive(number) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const option = this.options[number];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", option.id);
    } else {
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  /** A word is searched for with what was chosen in the form; everything else is a page to go to. */
  choose(number) {
    const { kind, url } = this.options[number].dataset;
    const { textContent } = this.options[number];
    this.close();
    if (kind === "word") {
      this.field.value = textContent;
      this.form.requestSubmit();
    } else {
      location.assign(url);
    }
  }

  setOpen(open) {
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", String(open));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.setActive(-1);
    this.setOpen(false);
    this.status.textContent = "";
  }
}

for (const field of document.querySelectorAll("[data-suggestions]")) {
  new SuggestionBox(field);
}
