// Menus are <details>; a script adds what people expect: one at a time, Escape, arrow keys, room above if none below.
import { toast } from "./toast.js";
import { word } from "./words.js";

const open = () => document.querySelectorAll("details[data-menu][open]");
const items = (menu) => [...menu.querySelectorAll(".menu :is(a, button)")];

document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("details[data-menu]") || !target.open) return;
  for (const other of open()) if (other !== target) other.open = false;
  place(target);
}, true);

function place(menu) {
  menu.classList.remove("up");
  const list = menu.querySelector(".menu").getBoundingClientRect();
  const bar = document.querySelector(".bar")?.offsetHeight ?? 0;
  const isCut = list.bottom > innerHeight - bar;
  menu.classList.toggle("up", isCut && menu.getBoundingClientRect().top > list.height);
}

document.addEventListener("click", (event) => {
  for (const menu of open()) {
    const isInside = menu.contains(event.target);
    if (!isInside || event.target.closest(".menu :is(a, button)")) menu.open = false;
  }
  const link = event.target.closest("a[data-copy]");
  if (link && navigator.clipboard) {
    event.preventDefault();
    navigator.clipboard.writeText(link.href).then(() => toast(word("copied")), () => location.assign(link.href));
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length].focus();
});

// Leaving by Tab closes.
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const menu = target.closest?.("details[data-menu][open]");
  if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
});
