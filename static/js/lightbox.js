// A closer look at the pictures and films of one post: arrow keys, swipe, Escape; what is described is shown in words.
import { element, icon, iconButton } from "./dom.js";
import { word } from "./words.js";

const SWIPE = 48; // px
let box, links = [], at = 0;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-media]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  links = [...link.closest(".media").querySelectorAll("a[data-media]")];
  box ??= build();
  show(links.indexOf(link));
  box.showModal();
});

function show(n) {
  at = (n + links.length) % links.length;
  const link = links[at];
  const said = link.querySelector("img")?.alt ?? link.querySelector(".vh")?.textContent ?? link.querySelector("video")?.ariaLabel ?? "";
  part(".stage .seen").replaceWith(make(link, said));
  part(".n").textContent = links.length > 1 ? word("picture", { n: at + 1, total: links.length }) : "";
  part(".says p").textContent = link.dataset.bare === undefined ? said : word("noDescription");
  part(".says p").className = link.dataset.bare === undefined ? "" : "none";
  part(".open").href = link.dataset.original ?? link.href;
  for (const step of box.querySelectorAll(".step")) step.hidden = links.length < 2;
}

function make(link, said) {
  if (link.dataset.media === "image") {
    const { width, height } = link.dataset;
    return element("img", { class: "seen", src: link.href, alt: said, width, height });
  }
  const player = link.querySelector("template").content.firstElementChild.cloneNode(true);
  player.classList.add("seen"); // film.js finds it as soon as it is on the page
  return player;
}

function build() {
  const close = iconButton("x", word("close"));
  const previous = iconButton("left", word("previous"), "step prev");
  const next = iconButton("right", word("next"), "step next");
  const open = element("a", { class: "icon-btn open", "aria-label": word("openOriginal") }, icon("expand"));
  const row = element("div", { class: "row" }, element("span", { class: "n" }), element("span", { class: "push" }), open, close);
  const stage = element("div", { class: "stage" }, nothing(), previous, next);
  const says = element("div", { class: "says", tabindex: "0" }, element("p"));
  const dialog = element("dialog", { class: "lightbox", "aria-label": word("closerLook") }, row, stage, says);
  document.body.append(dialog);

  close.addEventListener("click", () => dialog.close());
  previous.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  dialog.addEventListener("close", () => {
    part(".seen").replaceWith(nothing()); // a film stops
    links[at]?.focus();
  });
  dialog.addEventListener("keydown", ({ key, target }) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (step && links.length > 1 && !target.closest("video, .film")) show(at + step);
  });
  swipes(stage);
  return dialog;
}

function swipes(stage) {
  let from = null;
  stage.addEventListener("pointerdown", (event) => { from = event.pointerType === "touch" ? event : null; });
  stage.addEventListener("pointerup", (event) => {
    const [x, y] = from ? [event.clientX - from.clientX, event.clientY - from.clientY] : [0, 0];
    from = null;
    if (links.length > 1 && Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) show(at + (x < 0 ? 1 : -1));
  });
  stage.addEventListener("click", ({ target }) => { if (target === stage) box.close(); });
}

const part = (selector) => box.querySelector(selector);
const nothing = () => element("span", { class: "seen" });
