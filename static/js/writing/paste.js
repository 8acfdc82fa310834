// What Word, Excel and web pages put on the clipboard becomes Markdown: headings, lists, tables, links, emphasis.

const SKIPPED = new Set(["STYLE", "SCRIPT", "META", "LINK", "TITLE", "HEAD", "XML", "O:P", "TEMPLATE", "SVG", "OBJECT"]);
const BLOCKS = new Set(
  "ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY DIV DL DT DD FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION TABLE UL".split(" "),
);
const WORD_HEADING = /\bMso(Heading([1-9])|Title)\b/;
const WORD_LIST = /mso-list:\s*l\d+\s+level(\d)/i;
const DEEPEST = 6;

/** Markdown of HTML from the clipboard; nothing where it has no shape that plain text would lose. */
export function markdownOf(html) {
  const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  const found = { hasShape: false };
  const text = blocksOf(page.body, found).join("\n\n");
  return found.hasShape ? text : "";
}

/** Our policy refuses inline styles, also in a page that is never shown; what they say is still read. */
function withoutStyles(html) {
  return html
    .replace(/<style\b[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son[a-z]+\s*=/gi, " data-on="));
}

function style(node) {
  return node.getAttribute("data-style") ?? "";
}

function blocksOf(parent, found) {
  const blocks = [];
  let line = "";
  let list = [];
  const endLine = () => {
    add(blocks, paragraph(line));
    line = "";
  };
  const endList = () => {
    add(blocks, list.join("\n"));
    list = [];
  };
  for (const node of parent.childNodes) {
    if (!isBlock(node)) {
      const said = inline(node, found);
      if (said.trim()) {
        endList();
      }
      line += said;
      continue;
    }
    endLine();
    const level = WORD_LIST.exec(style(node))?.[1];
    if (level) {
      list.push(wordItem(node, Number(level), found));
      found.hasShape = true;
      continue;
    }
    if (!node.textContent.trim() && !node.querySelector("table")) {
      continue; // Word puts empty paragraphs between those of a list
    }
    endList();
    blocks.push(...blockOf(node, found));
  }
  endLine();
  endList();
  return blocks;
}

function isBlock(node) {
  return node.nodeType === Node.ELEMENT_NODE && (BLOCKS.has(node.tagName) || [...node.children].some(isBlock));
}

function blockOf(node, found) {
  const heading = /^H([1-6])$/.exec(node.tagName)?.[1] ?? wordHeading(node);
  if (heading) {
    found.hasShape = true;
    const words = oneLine(inlineOf(node, found)).replaceAll("**", "");
    return words ? [`${"#".repeat(Math.min(Number(heading) + 1, DEEPEST))} ${words}`] : [];
  }
  switch (node.tagName) {
    case "UL":
    case "OL":
      found.hasShape = true;
      return [itemsOf(node, found, "").join("\n")];
    case "TABLE":
      return tableOf(node, found);
    case "BLOCKQUOTE":
      found.hasShape = true;
      return [blocksOf(node, found).join("\n\n").replace(/^/gm, "> ")];
    case "HR":
      return [];
    default:
      return blocksOf(node, found);
  }
}

function wordHeading(node) {
  const match = WORD_HEADING.exec(node.className ?? "");
  return match && (match[2] ?? "1");
}

/** A paragraph of Word that is an item: its mark is text of its own, which a browser hides. */
function wordItem(node, level, found) {
  const copy = node.cloneNode(true);
  let mark = "";
  for (const span of copy.querySelectorAll("span")) {
    if (/mso-list:\s*Ignore/i.test(style(span))) {
      mark ||= span.textContent.trim();
      span.remove();
    }
  }
  const isNumbered = /^\(?[0-9a-z]{1,4}[.)]/i.test(mark) && mark !== "o";
  return `${"    ".repeat(level - 1)}${isNumbered ? "1." : "-"} ${oneLine(inlineOf(copy, found))}`;
}

function itemsOf(list, found, indent) {
  const lines = [];
  let number = Number(list.getAttribute("start")) || 1;
  for (const item of list.children) {
    if (item.tagName === "UL" || item.tagName === "OL") {
      lines.push(...itemsOf(item, found, `${indent}    `)); // as Word for the web nests them
      continue;
    }
    const inner = [...item.children].filter((one) => one.tagName === "UL" || one.tagName === "OL");
    const own = item.cloneNode(true);
    for (const one of [...own.children].filter((child) => child.tagName === "UL" || child.tagName === "OL")) {
      one.remove();
    }
    const mark = list.tagName === "OL" ? `${number++}.` : "-";
    lines.push(`${indent}${mark} ${oneLine(inlineOf(own, found))}`);
    for (const one of inner) {
      lines.push(...itemsOf(one, found, `${indent}    `));
    }
  }
  return lines;
}

/** One cell alone is no table: Excel puts its text on the clipboard as one. */
function tableOf(table, found) {
  const rows = [...table.rows].map((row) =>
    [...row.cells].flatMap((cell) => [
      oneLine(inlineOf(cell, found)).replaceAll("|", "\\|"),
      ...Array(Math.max(0, Math.min(cell.colSpan, 30) - 1)).fill(""),
    ]),
  );
  const filled = rows.filter((row) => row.some(Boolean));
  const width = Math.max(0, ...filled.map((row) => row.length));
  if (width < 2 && filled.length < 2) {
    return filled.map((row) => row[0]);
  }
  found.hasShape = true;
  const lines = filled.map((row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`);
  lines.splice(1, 0, `|${" --- |".repeat(width)}`);
  return [lines.join("\n")];
}

function inlineOf(node, found) {
  return [...node.childNodes].map((child) => inline(child, found)).join("");
}

function inline(node, found) {
  if (node.nodeType === Node.TEXT_NODE) {
    return escaped(node.data.replace(/[\s\u00a0]+/g, " "));
  }
  if (node.nodeType !== Node.ELEMENT_NODE || SKIPPED.has(node.tagName.toUpperCase())) {
    return "";
  }
  const inner = inlineOf(node, found);
  const weight = /(?:^|;)\s*font-weight:\s*(\w+)/i.exec(style(node))?.[1] ?? "";
  switch (node.tagName) {
    case "BR":
      return "\n";
    case "B":
    case "STRONG":
      return weight === "normal" ? inner : around(inner, "**", found);
    case "I":
    case "EM":
      return around(inner, "*", found);
    case "A":
      return link(node, inner, found);
    case "SPAN":
      return /^(bold|[6-9]00)$/.test(weight) ? around(inner, "**", found) : inner;
    default:
      return BLOCKS.has(node.tagName) ? ` ${inner} ` : inner;
  }
}

function around(inner, mark, found) {
  const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(inner);
  if (!words || words.includes(mark)) {
    return inner;
  }
  found.hasShape = true;
  return `${before}${mark}${words}${mark}${after}`;
}

function link(node, inner, found) {
  const address = node.getAttribute("href") ?? "";
  if (!/^(https?:|mailto:)/i.test(address) || !inner.trim()) {
    return inner;
  }
  found.hasShape = true;
  return `[${oneLine(inner)}](${address.replace(/[\s()<>]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)})`;
}

function escaped(text) {
  return text.replace(/[\\`*[\]<]/g, "\\$&").replace(/(^|\W)_|_(?=\W|$)/g, (found) => found.replace("_", "\\_"));
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}

/** What begins a line as a heading, a quotation or an item would is text here. */
function paragraph(text) {
  return text
    .split("\n")
    .map(oneLine)
    .join("\n")
    .trim()
    .replace(/^(#{1,6}|>|[-+])(?=\s)/gm, "\\$1")
    .replace(/^(\d{1,9})([.)])(?=\s)/gm, "$1\\$2")
    .replace(/\n/g, "\\\n");
}

function add(blocks, block) {
  if (block) {
    blocks.push(block);
  }
}
