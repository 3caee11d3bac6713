// Answering: a comment stands in its place at once, and is kept on this device until the site has it. Its key makes
// sending it again safe; whichever comes first, the answer to the form or the echo over the socket, takes its place.
import { element } from "../dom.js";
import { draft } from "../drafts.js";
import { Refused, send } from "../http.js";
import { word } from "../words.js";
import { onStatus, tell } from "./socket.js";

const WRITING = 3000; // ms between two signs that somebody writes
const PAUSE = 400;
const KEY_LIFE = 20 * 3600 * 1000; // keys are kept for 24 hours by the site

export function ownComments(root, stream, { insert, isHere }) {
  const form = document.getElementById("reply");
  if (!form) return { settle: () => false };
  const { text, reply_to: target, key: keyField } = form.elements;
  const first = target.value;
  const unsent = draft(`unsent:${root}`);
  const words = draft(`reply:${root}`);
  const pending = new Map(); // key -> { key, text, target, at, item }
  let toldAt = 0, timer = 0;

  // --- writing ---
  bringBack();
  text.addEventListener("input", () => {
    const now = Date.now();
    if (now - toldAt > WRITING && text.value.trim()) {
      toldAt = now;
      tell({ type: "typing", stream });
    }
    clearTimeout(timer);
    timer = setTimeout(keepWords, PAUSE);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (event.key === "Escape" && target.value !== first) answer(first);
  });
  addEventListener("pagehide", keepWords);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-reply]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    answer(link.dataset.reply, link.dataset.name);
    text.focus();
  });

  // Whom the box answers; without a name, the post itself.
  function answer(id, name) {
    target.value = id;
    form.querySelector(".to-whom")?.remove();
    if (!name) return;
    const off = element("button", { type: "button", class: "text-link" }, word("answerPost"));
    off.addEventListener("click", () => { answer(first); text.focus(); });
    form.append(element("p", { class: "to-whom" }, element("span", {}, word("answering", { name })), off));
  }

  // --- sending ---
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said) return text.focus();
    clearTimeout(timer);
    const one = { key: keyField.value, text: said, target: target.value, at: Date.now() };
    text.value = "";
    keyField.value = newKey();
    answer(first);
    add(one);
    if (keep()) words.forget();
    one.item.scrollIntoView({ block: "nearest", behavior: "instant" });
    deliver(one);
  });

  async function deliver(one) {
    mark(one, "sending");
    const level = String(depth(one.item));
    try {
      const response = await send(form.action, { key: one.key, text: one.text, reply_to: one.target, level });
      const [item] = parseComment(await response.text());
      if (!item) throw new Refused(response.status, word("refused"));
      settle(one.key, item);
    } catch (refused) {
      if (!pending.has(one.key)) return; // its echo was quicker
      mark(one, "failed", refused.status === 0 ? word("notSent") : refused.message);
      one.mayRetry = refused.status === 0 || refused.status >= 500;
    }
  }

  // The comment is on the site: takes the place of the one that waited; returns whether one did.
  function settle(key, item) {
    const one = pending.get(key);
    if (!one) return false;
    pending.delete(key);
    keep();
    if (isHere(item.id.slice(5))) one.item.remove();
    else one.item.replaceWith(item);
    return true;
  }

  onStatus((status) => {
    if (status !== "live") return;
    for (const one of pending.values()) if (one.mayRetry) deliver(one);
  });

  // --- what is drawn meanwhile ---
  function add(one) {
    pending.set(one.key, one);
    one.item = drawPending(one, { again: () => deliver(one), away: () => discard(one) });
    insert(one.item, isHere(one.target) ? one.target : root);
  }

  function discard(one) {
    pending.delete(one.key);
    keep();
    one.item.remove();
    text.value = text.value.trim() ? text.value : one.text;
    text.focus();
  }

  // --- this device ---
  function keep() {
    if (!pending.size) return unsent.forget() ?? true;
    return unsent.write({ all: [...pending.values()].map(({ key, text: said, target: to, at }) => ({ key, text: said, target: to, at })) });
  }

  function keepWords() {
    if (text.value.trim()) words.write({ text: text.value, target: target.value });
    else words.forget();
  }

  function bringBack() {
    const draftOf = words.read();
    if (draftOf?.text && !text.value) text.value = draftOf.text;
    for (const one of unsent.read()?.all ?? []) {
      if (Date.now() - one.at > KEY_LIFE) one.key = newKey();
      add(one);
      deliver(one);
    }
  }

  return { settle };
}

function drawPending({ text, key }, { again, away }) {
  const face = document.querySelector(".reply .avatar, .me .avatar")?.cloneNode(true) ?? element("span", { class: "avatar none" });
  face.className = face.className.replace(/\b(xs|s|m|l|xl)\b/, "").trim();
  const name = document.querySelector(".me .label b")?.textContent ?? "";
  const state = element("span", { class: "state", role: "status" });
  const retry = element("button", { class: "act", type: "button" }, word("tryAgain"));
  const drop = element("button", { class: "act", type: "button" }, word("discard"));
  retry.addEventListener("click", again);
  drop.addEventListener("click", away);
  const lines = text.split(/\n{2,}/).map((part) => element("p", {}, part));
  return element("li", { class: "comment pending", "data-key": key },
    element("div", { class: "c-row" }, face,
      element("div", {},
        element("div", { class: "c-head" }, element("span", { class: "name" }, name), state),
        element("div", { class: "prose" }, ...lines),
        element("div", { class: "c-acts", hidden: "" }, retry, drop))));
}

function mark({ item }, state, reason = "") {
  item.classList.toggle("failed", state === "failed");
  item.querySelector(".state").textContent = state === "failed" ? reason || word("notSent") : word("sending");
  item.querySelector(".c-acts").hidden = state !== "failed";
}

function parseComment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.querySelectorAll("li.comment[id^='post-']")];
}

function depth(item) {
  let n = 1;
  for (let up = item.parentElement?.closest(".comment"); up; up = up.parentElement.closest(".comment")) n += 1;
  return n;
}

// Also where the page came over plain http in the house, where randomUUID is missing.
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
