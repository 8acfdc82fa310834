// Text put into a field as if it had been typed: undo takes it away, and whoever listens hears of it.

export function insert(field, text) {
  field.focus();
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** A block of its own: an empty line before and after it. */
export function insertBlock(field, block) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const above = missing(before.match(/\n*$/)[0].length, before);
  const below = missing(after.match(/^\n*/)[0].length, after);
  insert(field, `${above}${block}${below}`);
}

function missing(there, beside) {
  return beside === "" ? "" : "\n".repeat(Math.max(0, 2 - there));
}
