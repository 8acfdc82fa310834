// What the accessibility tests read in a page: languages, tables, places to go, pixels. Called from Python.
(() => {
  const short = (element) =>
    `${element.localName}${element.id ? `#${element.id}` : ""}${element.className && element.className.baseVal === undefined ? `.${element.className}` : ""} "${element.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}"`;

  const named = (element) => {
    const by = element.getAttribute("aria-labelledby");
    const label = by ? by.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ") : element.getAttribute("aria-label");
    return (label ?? "").trim().replace(/\s+/g, " ");
  };

  const WORDS = {
    sv: /(^|\s)(är|och|inte|att|eller|som|när|vad|din|finns|ska|på|från)(?=[\s.,:?!]|$)/giu,
    en: /(^|\s)(the|and|are|not|that|or|which|when|what|your|should|from|with|this)(?=[\s.,:?!]|$)/giu,
  };

  /** Text that reads like the other language than the one it is marked with; ``exempt`` are names, which have
   *  no language. Two words of the other language, and more of them than of its own. */
  const foreign = (exempt) => {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const judge = (text, element) => {
      const language = element.closest("[lang]")?.lang.slice(0, 2);
      const other = { sv: "en", en: "sv" }[language];
      const count = (which) => (text.match(WORDS[which]) ?? []).length;
      if (other && count(other) >= 2 && count(other) > count(language)) {
        found.add(`lang=${language}: "${text.trim().replace(/\s+/g, " ").slice(0, 90)}"`);
      }
    };
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (parent.checkVisibility() && !parent.closest(`script, style, ${exempt}`)) {
        judge(walker.currentNode.data, parent);
      }
    }
    for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
      for (const attribute of ["aria-label", "placeholder", "title", "alt"]) {
        judge(element.getAttribute(attribute) ?? "", element);
      }
    }
    judge(document.title, document.documentElement);
    return [...found];
  };

  /** The language that each element is marked with, with its words. */
  const languages = (selector) => [...document.querySelectorAll(selector)].map((element) => ({
    what: short(element),
    path: (element.closest("a") ?? element.closest(".entry-card, .similar-list li")?.querySelector("a[href*='/erfarenheter/']"))?.pathname
      ?? location.pathname,
    language: element.closest("[lang]").lang,
  }));

  /** What is wrong with the tables of data. */
  const tables = () => [...document.querySelectorAll("table")].flatMap((table) => {
    const faults = [];
    const heads = [...table.querySelectorAll("th")];
    if (!heads.length) faults.push("has no header cell");
    if (heads.some((head) => !head.textContent.trim())) faults.push("has an empty header");
    if (heads.some((head) => !["col", "row", "colgroup", "rowgroup"].includes(head.scope))) faults.push("has a header without scope");
    const region = table.closest("[role=region]");
    if (!table.caption?.textContent.trim() && !named(table) && !(region && named(region))) faults.push("has no name");
    return faults.map((fault) => `${short(table)} ${fault}`);
  });

  /** Boxes that scroll sideways and that a keyboard does not reach, or that have no name. */
  const unreachable = () => [...document.body.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    return ["auto", "scroll"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1
      && !["input", "textarea", "select"].includes(element.localName);
  }).filter((element) => element.tabIndex < 0 || element.getAttribute("role") !== "region" || !named(element)).map(short);

  /** Where a page leads in its header and footer, in order, in words and addresses without their language. */
  const places = () => {
    const plain = (link) => link.pathname.replace(/^\/en(?=\/|$)/, "") || "/";
    const of = (selector) => [...document.querySelectorAll(selector)].map((link) => `${link.textContent.trim().replace(/\s+/g, " ")} ${plain(link)}`);
    return { header: of("body > header a:not(.language-switch)"), footer: of("body > footer a") };
  };

  const pixels = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    return { data: pen.getImageData(0, 0, image.width, image.height).data, width: image.width, height: image.height };
  };

  const light = (data, at) => {
    const [r, g, b] = [0, 1, 2].map((part) => {
      const share = data[at + part] / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  const ratio = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

  /** How many pixels are at least 3:1 between two pictures of the same place. */
  const changed = async (before, after) => {
    const [one, other] = [await pixels(before), await pixels(after)];
    let count = 0;
    for (let at = 0; at < one.data.length; at += 4) {
      count += ratio(light(one.data, at), light(other.data, at)) >= 3 ? 1 : 0;
    }
    return one.data.length === other.data.length ? count : one.data.length / 4;
  };

  /** The share of a picture that is at least 3:1 against its most common colour. */
  const ink = async (picture) => {
    const { data } = await pixels(picture);
    const times = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    const [ground] = [...times].sort((a, b) => b[1] - a[1])[0];
    const behind = light([ground >> 16, (ground >> 8) & 255, ground & 255], 0);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      count += ratio(light(data, at), behind) >= 3 ? 1 : 0;
    }
    return count / (data.length / 4);
  };

  /** Anything that begins to play or move by itself, or takes the reader elsewhere. */
  const playing = () => [
    ...document.querySelectorAll("[autoplay], marquee, blink, animate, animateTransform, animateMotion, set, meta[http-equiv=refresh]"),
  ].map(short).concat(document.getAnimations().map((animation) => `animation ${animation.animationName ?? animation.transitionProperty}`));

  /** Put something at the end of the text, for a judge to find. */
  const add = (html) => document.querySelector("main").insertAdjacentHTML("beforeend", html);

  globalThis.meanings = { add, foreign, languages, tables, unreachable, places, changed, ink, playing };
})();
