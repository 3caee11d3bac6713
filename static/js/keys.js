// Keys for people who read a lot: j/k next and previous, l like, r reply, s save, n write, / search, ? help. Off in the settings.
const PLACES = ".feed > li > .post, main > .post, .thread article.c-row";
let here = null;

// On the page of one post the keys mean that post, until one has gone elsewhere.
const press = (selector) => (here ?? document.querySelector("main > .post"))?.querySelector(selector)?.click();
const keys = {
  j: () => go(1),
  k: () => go(-1),
  l: () => press('[data-react="like"]'),
  r: () => answer(),
  s: () => press('[data-react="bookmark"]'),
  n: () => location.assign("/compose"),
  "/": () => ask(),
  "?": () => document.getElementById("keys")?.showModal(),
};

function go(step) {
  const all = [...document.querySelectorAll(PLACES)].filter((place) => place.offsetParent);
  const at = all.indexOf(here);
  const next = all[at < 0 ? firstInSight(all) : at + step];
  if (!next) return;
  here = next;
  here.tabIndex = -1;
  here.focus({ preventScroll: true });
  here.scrollIntoView({ block: "start", behavior: "instant" });
}

// To a comment by its own link, to the post by the box at the foot of its page.
function answer() {
  const box = !here?.querySelector("[data-reply]") && document.querySelector("#reply textarea");
  if (box) box.focus();
  else press("[data-reply], .acts a");
}

function ask() {
  const box = [...document.querySelectorAll('input[type="search"][name="q"]')].find((input) => input.offsetParent);
  if (!box) return location.assign("/search");
  box.focus();
  box.select();
}

function firstInSight(all) {
  return Math.max(0, all.findIndex((place) => place.getBoundingClientRect().bottom > 120));
}

function isTyping({ target }) {
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio], [type=range]), textarea, select");
}

if ("shortcuts" in document.body.dataset) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
    const run = keys[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
  document.addEventListener("focusin", ({ target }) => { here = target.closest(PLACES) ?? here; });
}
document.addEventListener("click", ({ target }) => target.closest("[data-close]")?.closest("dialog")?.close());
