// The controls of a film as elements. They are made here, for without script the browser's own are there.
import { element, icon, iconButton } from "../dom.js";
import { word } from "../words.js";

export function build(box, film) {
  const parts = {
    disc: element("button", { class: "playdisc", type: "button", "aria-label": `${word("play")}: ${film.ariaLabel}` }, icon("play")),
    says: element("div", { class: "film-says", "aria-hidden": "true" }),
    peek: element("div", { class: "film-peek", hidden: "" }, element("div", { class: "shot" }), element("span", { class: "num" })),
    seek: slider(word("position"), { max: "1", step: "0.1" }),
    toggle: twoFaced("toggle", "play", "pause", word("play")),
    mute: twoFaced("mute", "sound", "mute", word("muteSound")),
    volume: slider(word("volume"), { max: "1", step: "0.05" }, "volume"),
    time: element("span", { class: "num time" }),
    captions: iconButton("captions", word("captions"), "captions"),
    tune: iconButton("settings", word("playerSettings"), "tune"),
    small: iconButton("pip", word("small"), "small-window"),
    full: twoFaced("full-window", "full", "unfull", word("full")),
    menus: element("div", { class: "film-menus" }),
  };
  const row = element("div", { class: "film-row" }, parts.toggle, parts.mute, parts.volume, parts.time,
    element("span", { class: "push" }), parts.captions, parts.tune, parts.small, parts.full);
  const bar = element("div", { class: "film-bar", role: "group", "aria-label": word("controls") }, parts.peek, parts.seek, row);
  const wait = element("span", { class: "film-wait", "aria-hidden": "true" });
  box.append(parts.says, wait, parts.disc, parts.menus, bar);
  return { ...parts, bar };
}

function slider(label, attributes, extra = "track") {
  return element("input", { type: "range", class: `film-slider ${extra}`, min: "0", value: "0", "aria-label": label, ...attributes });
}

function twoFaced(name, first, second, label) {
  const button = iconButton(first, label, name);
  button.firstElementChild.classList.add("one");
  button.append(icon(second, "other"));
  return button;
}

export function clock(seconds) {
  const whole = Math.floor(seconds);
  const tail = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
