// The fields of a draft on its page: what stands in them, and what stood there when the page was made.

const NAMES =
  /^(title|summary|kind|outcomes|body|partners|contact_role|open_to_contact|anonymised|note_to_reviewer|(term|fact|lesson|benefit|source)\..+)$/;
const NOT_TYPED = new Set(["hidden", "submit", "button", "reset", "image", "file"]);

export class DraftForm {
  constructor(form) {
    this.form = form;
  }

  names() {
    return [...new Set(this.typed().map((control) => control.name))];
  }

  /** What a form without a script would send. */
  text(name) {
    return whole(together(this.controls(name), (one) => one.value, (one) => one.checked));
  }

  /** What it would have sent before anyone touched it. */
  textAtFirst(name) {
    return together(this.controls(name), valueAtFirst, (one) => one.defaultChecked);
  }

  put(name, text) {
    const controls = this.controls(name);
    const lines = text.split("\n");
    controls.forEach((one, number) => {
      if (isTicked(one)) {
        one.checked = lines.includes(one.value);
      } else {
        one.value = controls.length > 1 ? (lines[number] ?? "") : text;
      }
    });
    controls[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  label(name) {
    const [first] = this.controls(name);
    const legend = isTicked(first) && first.closest("fieldset")?.querySelector("legend");
    return ((legend || first.labels?.[0])?.textContent ?? "").trim();
  }

  typed() {
    return [...this.form.elements].filter((one) => !NOT_TYPED.has(one.type) && NAMES.test(one.name));
  }

  controls(name) {
    return this.typed().filter((one) => one.name === name);
  }
}

function isTicked(control) {
  return control?.type === "checkbox" || control?.type === "radio";
}

/** Several choices stand one on each line, each once. */
function together(controls, value, isOn) {
  if (controls.length === 1 && !isTicked(controls[0])) {
    return value(controls[0]);
  }
  const chosen = controls.filter((one) => !isTicked(one) || isOn(one)).map(value);
  return [...new Set(chosen.filter(Boolean))].join("\n");
}

function valueAtFirst(control) {
  if (control instanceof HTMLSelectElement) {
    const options = [...control.options];
    return (options.find((one) => one.defaultSelected) ?? options[0])?.value ?? "";
  }
  const isLine = control instanceof HTMLInputElement && !isTicked(control);
  const value = isTicked(control) ? control.value : control.defaultValue;
  return isLine ? value.replace(/[\r\n]/g, "") : value;
}

/** Half a pair of surrogates is no character and cannot be sent. */
function whole(text) {
  return text.toWellFormed ? text.toWellFormed() : text;
}
