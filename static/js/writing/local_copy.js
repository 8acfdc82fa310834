// The browser's own copy of what is typed and not yet known to be saved: one for each page and each person.

const PREFIX = "kb-utkast";
const KEPT_MS = 30 * 24 * 3_600_000;

/** The copy of one page. While the page is open it holds a lock, so that other pages leave its copy alone. */
export class LocalCopy {
  constructor(user, entry) {
    this.id = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36)).join("");
    this.key = `${PREFIX}:${user}:${entry}:${this.id}`;
    navigator.locks?.request(this.key, () => new Promise(() => {})).catch(() => {});
  }

  /** Whether the copy is kept: a browser may have no room for it, or not allow it. */
  write(fields) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), fields }));
      return true;
    } catch {
      return false;
    }
  }

  remove() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Where nothing may be stored nothing lies.
    }
  }
}

/** The copies of the person's text of an entry that no open page holds, oldest first. */
export async function leftBehind(user, entry) {
  let keys = [];
  try {
    keys = Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}:`));
  } catch {
    return [];
  }
  const held = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
  const found = [];
  for (const key of keys.filter((one) => !held.has(one))) {
    const kept = read(key);
    if (!kept || Date.now() - kept.at > KEPT_MS) {
      drop(key);
    } else if (key.startsWith(`${PREFIX}:${user}:${entry}:`)) {
      found.push({ key, id: key.split(":").at(-1), ...kept });
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

/** Wait for the pages that hold a copy of the entry to close, one by one; each time ``then`` is called. */
export async function whenLeft(user, entry, then) {
  const held = (await navigator.locks?.query())?.held ?? [];
  for (const { name } of held.filter((lock) => lock.name.startsWith(`${PREFIX}:${user}:${entry}:`))) {
    navigator.locks.request(name, () => {}).then(then, () => {});
  }
}

export function drop(key) {
  localStorage.removeItem(key);
}

export function dropById(user, entry, id) {
  try {
    drop(`${PREFIX}:${user}:${entry}:${id}`);
  } catch {
    // Where nothing may be stored nothing lies.
  }
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return Number.isFinite(kept.at) && typeof kept.fields === "object" ? kept : null;
  } catch {
    return null;
  }
}
