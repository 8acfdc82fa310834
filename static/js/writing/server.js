// What is asked of the server and what its answers mean. No answer means nothing: it may have saved or not.

const PATIENCE_MS = 20_000;
const SHORT_BYTES = 60_000;
const BODY_BYTES = 950_000;

const MEANINGS = new Map([
  [200, "saved"],
  [400, "token"],
  [401, "ended"],
  [403, "ended"],
  [404, "gone"],
  [409, "conflict"],
  [410, "gone"],
  [413, "tooLarge"],
  [422, "refused"],
]);

/** A save as it is sent: the texts, which version of each was seen, and what was sent without an answer. */
export function payload(token, unsaved) {
  const each = Object.entries(unsaved);
  const pick = (part) => Object.fromEntries(each.map(([name, field]) => [name, field[part]]));
  const body = { token, fields: pick("text"), versions: pick("seen"), sent: pick("sent") };
  const text = JSON.stringify(body);
  return bytes(text) > BODY_BYTES ? JSON.stringify({ ...body, sent: {} }) : text;
}

/** ``onlyIfShort``: when a page goes, the browser takes only what is short along. */
export async function send(url, body, { onlyIfShort = false } = {}) {
  const isShort = bytes(body) < SHORT_BYTES;
  if (onlyIfShort && !isShort) {
    return { what: "failed", told: {} };
  }
  const headers = { "Content-Type": "application/json" };
  return answerOf(url, { method: "POST", body, headers, keepalive: isShort });
}

/** A new token, who is signed in, and what the draft holds. */
export function ask(url) {
  return answerOf(url, {});
}

async function answerOf(url, options) {
  const headers = { Accept: "application/json", ...options.headers };
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(url, { ...options, headers, signal, redirect: "error", cache: "no-store" });
    const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    const told = isJson ? await answer.json() : {};
    const what = MEANINGS.get(answer.status) ?? "failed";
    return { what: what === "saved" && !isJson ? "failed" : what, told };
  } catch {
    return { what: "failed", told: {} };
  }
}

/** Go to the page where the writer chooses between texts; ``copy`` is the id of the copy that it settles. */
export function mergePage(said, token, unsaved, copy) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = said.saveUrl;
  form.enctype = "multipart/form-data";
  const put = (name, value) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  };
  put(said.tokenName, token);
  put("version", Math.min(...Object.values(unsaved).map((field) => field.seen)));
  put("tillbaka", location.pathname);
  put("kopia", copy);
  for (const [name, { text }] of Object.entries(unsaved)) {
    put(name, text);
  }
  document.body.append(form);
  form.submit();
}

function bytes(text) {
  return new TextEncoder().encode(text).length;
}
