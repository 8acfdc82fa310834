// What the accessibility tests measure in a page. Each function is called by name from Python.
(() => {
  const name = (element) => {
    const text = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().replace(/\s+/g, " ");
    return `${element.localName}${element.id ? `#${element.id}` : ""}${
      element.className?.baseVal === undefined && element.className ? `.${element.className.split(" ").join(".")}` : ""
    } "${text.slice(0, 40)}"`;
  };

  const isSeen = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) {
      return false;
    }
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1;
  };

  /** Of radio buttons with one name, Tab stops at the one that is chosen, else at the first. */
  const stopOf = (radio) => {
    const all = [...document.querySelectorAll(`input[type=radio][name="${radio.name}"]`)].filter((one) => one.form === radio.form);
    return all.find((one) => one.checked) ?? all[0];
  };

  /** Elements that Tab should reach, in the order of the document. */
  const tabbable = () =>
    [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")]
      .filter((element) => element.tabIndex >= 0 && !element.disabled)
      .filter((element) => element.type !== "radio" || element === stopOf(element))
      .filter((element) => element.localName !== "summary" || element === element.parentElement.querySelector("summary"))
      .filter((element) => element.checkVisibility({ visibilityProperty: true }));

  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });

  /** Red, green, blue, alpha (0–255) of any CSS colour. */
  const colour = (css) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };

  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };

  /** The colour behind an element: of its nearest ancestor that is painted at all. */
  const behind = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found[3] === 255) {
        return found;
      }
    }
    return colour("Canvas");
  };

  /** How the focus shows on the element that has it, and whether anything lies over it. */
  const focusOf = (element) => {
    const style = getComputedStyle(element);
    const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    const inView = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    const top = document.elementFromPoint(x, y);
    return {
      name: name(element),
      outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
      contrast: contrast(colour(style.outlineColor), behind(element)),
      uncovered: inView && top !== null && (element.contains(top) || top.contains(element)),
    };
  };

  const stops = [];

  /** Note each element that gets the focus from now on. */
  const follow = () => {
    stops.length = 0;
    addEventListener("focusin", (event) => stops.push({ element: event.target, ...focusOf(event.target) }));
  };

  /** The stops since ``follow``, each with its place among the elements that Tab should reach. */
  const followed = () => {
    const order = tabbable();
    return stops.map(({ element, ...seen }) => ({ ...seen, place: order.indexOf(element) }));
  };

  /** The next Tab begins at the top of the page, as when it was just opened. */
  const toTheStart = () => {
    document.activeElement?.blur();
    document.body.tabIndex = -1;
    document.body.focus({ preventScroll: true });
    document.body.blur();
    document.body.removeAttribute("tabindex");
    scrollTo(0, 0);
  };

  /** What the first stop says, and whether it is seen: in the window, large enough, with nothing over it. */
  const skipLink = () => {
    const link = document.activeElement;
    const box = link.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const seen = box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.height >= 24 && link.contains(top);
    return { text: link.textContent.trim(), seen };
  };

  /** One stop of each sort on the page: its place, under what it is and where it stands. */
  const sorts = () => {
    const found = {};
    tabbable().forEach((element, index) => {
      const home = element.closest("header, footer, nav, form, article, aside, dl, table, main");
      const kind = element.type ?? element.getAttribute("role") ?? "";
      const sort = [element.localName, kind, element.className, "in", home?.localName, home?.className].join(" ");
      const box = element.getBoundingClientRect();
      if (!(sort in found) && box.height < innerHeight / 2 && box.width > 0) {
        found[sort] = index;
      }
    });
    return found;
  };

  /** Scroll a stop to the middle of the window; where it then is. */
  const bring = (index) => {
    const element = tabbable()[index];
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  };

  const enter = (index) => tabbable()[index].focus({ preventScroll: true, focusVisible: true });

  const leave = () => document.activeElement?.blur();

  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      const silent = parent.closest(".visually-hidden, .skip-link, script, style, option, title, desc");
      if (walker.currentNode.data.trim() && !silent && isSeen(parent)) {
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        found.push({ parent, range });
      }
    }
    return found;
  };

  const hides = (overflow) => ["hidden", "clip"].includes(overflow);

  /** Elements whose own text is cut off. A summary that ends in "…" after some lines is whole on the story's own
   *  page; the words that were searched for are what a reader looks for here, and may not be cut off so. */
  const clipped = () => {
    const found = new Set();
    for (const { parent, range } of texts()) {
      const box = range.getBoundingClientRect();
      for (let at = parent; at && at !== document.documentElement; at = at.parentElement) {
        const style = getComputedStyle(at);
        const frame = at.getBoundingClientRect();
        const shortened = style.webkitLineClamp !== "none" && parent.localName !== "mark";
        const cutX = hides(style.overflowX) && (box.right > frame.right + 1 || box.left < frame.left - 1);
        const cutY = hides(style.overflowY) && (box.bottom > frame.bottom + 2 || box.top < frame.top - 2);
        if ((cutX || cutY) && !shortened) {
          found.add(`${name(parent)} cut by ${name(at)}`);
        }
        if (["auto", "scroll"].includes(style.overflowX)) {
          break;
        }
      }
    }
    return [...found];
  };

  /** The part of a box that its ancestors let be seen; null where that is nothing. */
  const shown = (box, parent) => {
    let { left, right, top, bottom } = box;
    for (let at = parent; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.overflowX !== "visible" || style.overflowY !== "visible") {
        const frame = at.getBoundingClientRect();
        [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
        [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
      }
    }
    return left < right && top < bottom ? { left, right, top, bottom } : null;
  };

  /** Pairs of texts that are written over each other. */
  const overlapping = () => {
    const boxes = [];
    for (const { parent, range } of texts()) {
      for (const box of range.getClientRects()) {
        const part = shown(box, parent);
        if (part) {
          // A quarter of a line above and below is air that lines may share.
          const air = (part.bottom - part.top) / 4;
          boxes.push({ parent, left: part.left + 1, right: part.right - 1, top: part.top + air, bottom: part.bottom - air });
        }
      }
    }
    boxes.sort((a, b) => a.top - b.top);
    const found = new Set();
    boxes.forEach((one, index) => {
      for (const other of boxes.slice(index + 1)) {
        if (other.top >= one.bottom) {
          break;
        }
        if (one.parent !== other.parent && one.left < other.right && other.left < one.right) {
          found.add(`${name(one.parent)} and ${name(other.parent)}`);
        }
      }
    });
    return [...found];
  };

  /** How far the page scrolls sideways, in CSS pixels, and what sticks out. */
  const sideways = () => {
    const page = document.scrollingElement;
    const hidden = [document.documentElement, document.body].some((element) => hides(getComputedStyle(element).overflowX));
    const over = page.scrollWidth - innerWidth;
    const out = over <= 0 ? [] : [...document.body.querySelectorAll("*")]
      .filter((element) => isSeen(element) && element.getBoundingClientRect().right > innerWidth + 0.5)
      .filter((element) => !element.closest("pre, .table-scroll, [role=region][tabindex]"))
      .map(name).slice(0, 5);
    return { over, hidden, out };
  };

  /** Lay a style sheet over the page's own, as a reader's own style sheet does. */
  const restyle = (css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };

  /** Elements that would move, in spite of what the reader has asked for. */
  const moving = () => {
    const seconds = (list) => Math.max(...list.split(",").map((part) => parseFloat(part) * (part.trim().endsWith("ms") ? 0.001 : 1)));
    return [...document.querySelectorAll("*")].filter((element) =>
      ["", "::before", "::after"].some((part) => {
        const style = getComputedStyle(element, part || undefined);
        return seconds(style.transitionDuration) > 0 || (style.animationName !== "none" && seconds(style.animationDuration) > 0);
      }) || getComputedStyle(element).scrollBehavior === "smooth").map(name);
  };

  /** Controls that have no edge of their own when the system chooses the colours. */
  const edgeless = (selector) => [...document.querySelectorAll(selector)].filter(isSeen).filter((element) => {
    const style = getComputedStyle(element);
    if (element.localName === "input" && style.appearance === "auto") {
      return false; // drawn by the system itself
    }
    return !["Top", "Bottom", "Left"].some((side) =>
      style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) >= 1 && colour(style[`border${side}Color`])[3] > 0);
  }).map(name);

  /** Drawings whose lines stand out by less than ``least`` from what lies behind them. */
  // A QR code is black on a white ground of its own, whatever the theme: cameras need that.
  const faintDrawings = (least) => [...document.querySelectorAll("svg path, svg line, svg circle, svg rect")].filter((shape) => {
    const style = getComputedStyle(shape);
    const ink = [style.stroke, style.fill].filter((paint) => paint !== "none").map(colour);
    return isSeen(shape.ownerSVGElement) && !shape.ownerSVGElement.matches(".qr") && ink.length > 0 && !shape.matches(least < 3 ? ".range-hole" : ".range-hole, .range-track")
      && ink.every((paint) => contrast(paint, behind(shape)) < least);
  }).map((shape) => name(shape.ownerSVGElement.parentElement));

  globalThis.measures = { tabbable: () => tabbable().map(name), toTheStart, skipLink, sorts, bring, enter, leave, follow, followed, clipped, overlapping, sideways, restyle, moving, edgeless, faintDrawings };
})();
