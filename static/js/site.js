// Niceties only: everything works without this file.

/** A button that copies a reference, beside each element with data-copy, where the browser can copy. */
function copyButtons() {
  if (!navigator.clipboard) {
    return;
  }
  for (const source of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    const status = document.createElement("span");
    button.type = "button";
    button.className = "copy";
    button.textContent = source.dataset.copyLabel;
    status.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.dataset.copy);
      status.textContent = ` ${source.dataset.copiedLabel}`;
    });
    source.after(button, status);
  }
}

/** Where there is room the filters stand open, also in browsers whose CSS cannot do it. */
function openFilters() {
  const filters = document.querySelector("[data-filters]");
  if (filters && !CSS.supports("selector(::details-content)") && matchMedia("(min-width: 56rem)").matches) {
    filters.open = true;
  }
}

/** An address says only what was chosen: empty years are not sent. */
function leaveOutEmptyYears() {
  for (const form of document.forms) {
    form.addEventListener("formdata", ({ formData }) => {
      for (const field of form.elements) {
        if (field.type === "number" && field.value === "") {
          formData.delete(field.name);
        }
      }
    });
  }
}

copyButtons();
openFilters();
leaveOutEmptyYears();
