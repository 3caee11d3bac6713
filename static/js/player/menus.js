// What can be chosen: captions; quality and speed. Buttons in a panel above the bar, walked through with arrows.
import { element } from "../dom.js";
import { language, word } from "../words.js";

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const times = (value) => `${new Intl.NumberFormat(language).format(value)}×`;

export function openMenus(parts, film, { source, captions, act }) {
  const tune = panel(parts, parts.tune, () => {
    const made = [];
    const levels = source.qualities();
    if (levels.length) {
      const auto = source.chosen() < 0 && source.shown() ? `${word("auto")} (${source.shown()}p)` : word("auto");
      made.push(list(word("quality"), [[-1, auto], ...levels.map(({ n, lines }) => [n, `${lines}p`])], source.chosen(), source.choose));
    }
    made.push(list(word("speed"), SPEEDS.map((value) => [value, times(value)]), film.playbackRate, act.speed));
    return made;
  });
  const says = panel(parts, parts.captions, () => [
    list(word("captions"), [["", word("off")], ...captions.all().map(({ code, label }) => [code, label])], captions.chosen(), captions.choose),
  ]);
  parts.captions.hidden = !captions.all().length;
  film.addEventListener("ratechange", tune.fresh);
  source.hear(tune.fresh);
  captions.hear(() => {
    says.fresh();
    parts.captions.ariaPressed = String(Boolean(captions.chosen()));
  });
  parts.captions.ariaPressed = String(Boolean(captions.chosen()));
}

function panel(parts, button, content) {
  const box = element("div", { class: "film-menu", hidden: "" });
  parts.menus.append(box);
  button.ariaExpanded = "false";
  const fresh = () => {
    if (box.hidden) return;
    const at = [...box.querySelectorAll("button")].indexOf(document.activeElement);
    box.replaceChildren(...content());
    if (at >= 0) box.querySelectorAll("button")[at]?.focus();
  };
  const set = (isOpen) => {
    box.hidden = !isOpen;
    button.ariaExpanded = String(isOpen);
    fresh();
    if (isOpen) (box.querySelector("[aria-pressed=true]") ?? box.querySelector("button")).focus();
  };
  button.addEventListener("click", () => {
    for (const other of parts.bar.querySelectorAll("[aria-expanded=true]")) if (other !== button) other.click();
    set(box.hidden);
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      set(false);
      button.focus();
    } else if (step) {
      const all = [...box.querySelectorAll("button")];
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    } else if (event.key !== " " && event.key !== "Enter") {
      return;
    }
    if (event.key !== " " && event.key !== "Enter") event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("click", ({ target }) => {
    if (!box.hidden && !box.contains(target) && !button.contains(target) && target.isConnected) set(false);
  });
  return { fresh };
}

function list(title, choices, chosen, choose) {
  const buttons = choices.map(([value, label]) => {
    const made = element("button", { type: "button", "aria-pressed": String(value === chosen) }, label);
    made.addEventListener("click", () => choose(value));
    return made;
  });
  return element("div", { role: "group", "aria-label": title }, element("p", {}, title), ...buttons);
}
