// Texts that an earlier page could not save: they are offered, and never put in place by themselves.

import { drop, dropById, leftBehind, whenLeft } from "./local_copy.js";
import { ask, mergePage, payload, send } from "./server.js";

const ON_ITS_WAY_MS = 1_500;
const RETRY_MS = 5_000;

/** The merge page has settled what a copy was kept for; its address says which one. */
export function forgetSettled({ user, entry }) {
  const address = new URL(location.href);
  const settled = address.searchParams.get("avgjord");
  if (settled) {
    dropById(user, entry, settled);
    address.searchParams.delete("avgjord");
    history.replaceState(null, "", address);
  }
}

/** Offer each text that the server does not have. ``autosave`` is the page's own, where it has a form. */
export async function recover(said, autosave, line) {
  let turn = Promise.resolve();
  const next = () => (turn = turn.then(() => offerAll(said, autosave, line)));
  next();
  // A page that is being closed may still hold its copy; one that is closed later leaves it then.
  await whenLeft(said.user, said.entry, next);
}

async function offerAll(said, autosave, line) {
  if ((await leftBehind(said.user, said.entry)).length === 0) {
    return;
  }
  let stored = await storedNow(said);
  if ((await remaining(said, stored)).length > 0) {
    // A save that was sent as a page was left may still be on its way.
    await pause(ON_ITS_WAY_MS);
    stored = await storedNow(said);
  }
  for (const copy of await remaining(said, stored)) {
    await offer(copy, said, autosave, line);
  }
}

async function offer(copy, said, autosave, line) {
  for (;;) {
    if (!(await line.offer(copy.fields))) {
      drop(copy.key);
      return;
    }
    const stored = await storedNow(said);
    const answer = await send(said.saveUrl, payload(stored.token, copy.fields));
    if (answer.what === "saved") {
      autosave?.adopt(copy.fields, answer.told.version);
      line.saved(answer.told.clock);
      drop(copy.key);
      return;
    }
    if (answer.what === "conflict") {
      mergePage(said, stored.token, copy.fields, copy.id);
      return;
    }
    line.wrong(answer.what in said ? answer.what : "refused", "", { sentence: answer.told.message });
  }
}

/** The copies with the fields that the server has not; those that it has whole are taken away. */
async function remaining(said, stored) {
  const found = [];
  for (const copy of await leftBehind(said.user, said.entry)) {
    const lacking = Object.entries(copy.fields).filter(([name, { text }]) => text !== (stored.fields[name] ?? ""));
    if (lacking.length === 0) {
      drop(copy.key);
    } else {
      found.push({ ...copy, fields: Object.fromEntries(lacking) });
    }
  }
  return found;
}

async function storedNow(said) {
  for (;;) {
    const answer = await ask(said.saveUrl);
    if (answer.what === "saved" && answer.told.user === said.user) {
      return answer.told;
    }
    await pause(RETRY_MS);
  }
}

function pause(wait) {
  return new Promise((done) => setTimeout(done, wait));
}
