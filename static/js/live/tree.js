// The comments on the page: where one belongs, whether its place is in sight, and how one is drawn anew.
import { element, icon, parse } from "../dom.js";
import { csrfToken } from "../http.js";
import { shortNumber, word } from "../words.js";
import { floor } from "./place.js";

export const thread = document.getElementById("thread");

export const find = (id) => document.getElementById(`post-${id}`);

// The elements of a fragment of the server, with this page's token in their forms.
export function draw(html) {
  const [item] = parse(html);
  for (const field of item.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = csrfToken();
  return item;
}

// The list a comment belongs into: under the post itself, or under the comment it answers; null where that is not here.
export function listFor(parent, root) {
  return parent === root ? thread : document.getElementById(`replies-${parent}`);
}

// The same, made where a comment deep down has none yet.
export function makeList(parent, root) {
  const list = listFor(parent, root);
  if (list || !find(parent)) return list;
  const made = element("ol", { class: "replies", id: `replies-${parent}` });
  find(parent).append(made);
  return made;
}

// A new comment comes last, or first where the newest stand on top; null where others before it are not loaded yet.
export function put(item, list) {
  if (list === thread && isNewestFirst()) {
    list.prepend(item);
    return true;
  }
  if (list.lastElementChild?.matches(".rest")) return false;
  list.append(item);
  return true;
}

// Whether a comment can appear now: its place is in sight and nothing of the talk stands below it.
export function isAtTheEnd(list) {
  if (isNewestFirst() && list === thread) return false;
  const last = list.lastElementChild ?? list.parentElement.querySelector(":scope > .c-row") ?? list;
  const everything = thread.querySelectorAll(".c-row");
  const lowest = everything[everything.length - 1];
  if (lowest && !last.contains(lowest) && last !== lowest) return false;
  const { bottom } = last.getBoundingClientRect();
  return bottom > 0 && bottom < floor() - 40;
}

// Lists that this width does not show (deep answers on a phone) take comments in without a word.
export const isHidden = (list) => list !== thread && list.closest("[data-fold]") !== null && list.offsetParent === null;

export function showCounts(id, { likes, shares, comments }) {
  for (const row of rowsOf(id)) {
    for (const [name, n] of Object.entries({ likes, shares, comments })) {
      const place = row.querySelector(`[data-count="${name}"]`);
      if (!place || n === undefined) continue;
      place.textContent = shortNumber(n);
      const button = place.closest("[data-say]");
      if (button) button.setAttribute("aria-label", `${button.dataset.say}, ${place.textContent}`);
    }
  }
}

// Puts a comment's words as they are now in the place of the old ones; its reader's own marks stay.
export function redraw(id, item) {
  const old = find(id)?.querySelector(":scope > .c-row");
  const fresh = item.querySelector(":scope > .c-row");
  const focused = document.activeElement;
  if (!old || !fresh || old.querySelector("form.in-place")) return;
  const hadFocus = old.contains(focused);
  keep(old, fresh, ".c-acts [data-react]", (button) => button.getAttribute("formaction"));
  keepMedia(old, fresh);
  find(id).classList.toggle("gone", item.classList.contains("gone"));
  old.replaceWith(fresh);
  if (!hadFocus) return;
  fresh.tabIndex = -1;
  (focused.isConnected ? focused : fresh).focus({ preventScroll: true });
}

// The same for the post on top.
export function redrawPost(id, item) {
  const old = find(id);
  if (!old || old.querySelector("form.in-place")) return;
  const acts = old.querySelector(":scope > .acts");
  if (acts) item.querySelector(":scope > .acts")?.replaceWith(acts);
  keepMedia(old, item);
  keepPoll(old, item);
  for (const details of old.querySelectorAll("details.cw[open], details.veil[open]")) {
    item.querySelector(`details.${details.classList[0]}`)?.setAttribute("open", "");
  }
  old.replaceWith(item);
}

// The reader's own vote stays, unless the answers are others now.
function keepPoll(old, item) {
  const poll = old.querySelector("form.poll");
  const drawn = item.querySelector("form.poll");
  if (poll && drawn && poll.dataset.pollKey === drawn.dataset.pollKey) drawn.replaceWith(poll);
  else if (drawn) window.htmx.process(drawn);
}

// Below a comment this deep the talk goes on on a page of its own.
export function offerOwnPage(parent) {
  const item = find(parent);
  if (!item || item.querySelector(":scope > .fold")) return;
  item.append(element("a", { class: "fold", href: `/posts/${parent}` }, word("continueThread"), icon("right", "small")));
}

function rowsOf(id) {
  const rows = [...document.querySelectorAll(`article.post[data-post="${id}"]`)];
  const comment = find(id)?.querySelector(":scope > .c-row");
  return comment ? [...rows, comment] : rows;
}

function isNewestFirst() {
  return new URLSearchParams(location.search).get("order") === "newest";
}

function keep(old, fresh, selector, nameOf) {
  for (const mine of old.querySelectorAll(selector)) {
    const twin = [...fresh.querySelectorAll(selector)].find((one) => nameOf(one) === nameOf(mine));
    twin?.replaceWith(mine);
  }
}

// A film that plays goes on where the files are the same, and one that was begun when there is more of it.
function keepMedia(old, fresh) {
  const files = (root) => [...root.querySelectorAll(".media, .sound")];
  const source = (place) => [...place.querySelectorAll("[src]")].map((one) => one.getAttribute("src")).join();
  const growing = (place) => {
    const film = place.querySelector("[data-growing] video");
    return film?.currentTime > 0 ? film.parentElement.dataset.film : "";
  };
  for (const mine of files(old)) {
    const begun = growing(mine);
    const twin = files(fresh).find((one) => (source(one) === source(mine) && source(one))
      || (begun && one.querySelector("[data-film]")?.dataset.film === begun));
    twin?.replaceWith(mine);
  }
}
