// Short news at the foot of the page, with Undo (or another way on) where there is one.
import { element } from "./dom.js";
import { each } from "./each.js";
import { word } from "./words.js";

const SECONDS = 10;
const MOST = 3;
const place = document.getElementById("toasts");

export function toast(text, { undo, label = word("undo"), kind = "" } = {}) {
  const box = element("div", { class: `toast ${kind}`.trim() }, element("span", {}, text));
  if (undo) {
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", () => { leave(box); undo(); });
    box.append(button);
  }
  while (place.children.length >= MOST) place.firstElementChild.remove();
  place.append(box);
  return box;
}

function leave(box) {
  box.classList.add("going");
  setTimeout(() => box.remove(), 250);
}

// A toast stays while somebody is at it.
each("#toasts > .toast", (box) => {
  let left;
  const wait = () => { left = setTimeout(() => leave(box), SECONDS * 1000); };
  const stay = () => clearTimeout(left);
  box.addEventListener("pointerenter", stay);
  box.addEventListener("pointerleave", wait);
  box.addEventListener("focusin", stay);
  box.addEventListener("focusout", wait);
  wait();
});
