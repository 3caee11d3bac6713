// What a screen reader is told of news: at most once in five seconds, and then only the latest of each kind.
import { element } from "../dom.js";

const PAUSE = 5000;
const place = element("div", { class: "vh", role: "status" });
const waiting = new Map();
let saidAt = 0, timer = 0;

document.body.append(place);

export function say(kind, text) {
  waiting.set(kind, text);
  clearTimeout(timer);
  timer = setTimeout(flush, Math.max(150, saidAt + PAUSE - Date.now()));
}

function flush() {
  saidAt = Date.now();
  place.textContent = [...waiting.values()].join(". ");
  waiting.clear();
}
