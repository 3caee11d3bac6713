// The row of a file that is not there yet: how far it is, a break and going on again, and what went wrong.
import { element, icon } from "./dom.js";
import { bytesOf, forget, markOf } from "./kept.js";
import { megabytes, upload } from "./upload.js";
import { language, word } from "./words.js";

const SIGNS = { image: "image", video: "video", audio: "sound" };
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const rows = new WeakMap(); // row -> { memo, stop }

// A row for `file`, or for the memory of one (`{ name, size, type, lastModified }`) that has to be chosen again.
// `place` has base, pick(), changed() and arrived(row, id).
export function comingRow(file, place) {
  const memo = { name: file.name, size: file.size, type: file.type, lastModified: file.lastModified };
  const item = document.getElementById("coming").content.firstElementChild.cloneNode(true);
  const [bar, line, way, thumb] = ["progress", "[data-says]", ".way", ".thumb"].map((part) => item.querySelector(part));
  const veil = element("span", { class: "veil num" });
  const pause = item.querySelector("[data-pause]");
  let going = null;

  item.querySelector(".fname").textContent = file.name;
  for (const part of item.querySelectorAll("[aria-label]")) part.ariaLabel = `${part.ariaLabel}: ${file.name}`;
  thumb.append(...picture(file), veil);
  item.querySelector("[data-stop]").addEventListener("click", stop);
  pause.addEventListener("click", () => (item.classList.contains("paused") ? go() : halt()));

  const show = {
    progress(done, all, speed, seconds) {
      state("uploading");
      const percent = Math.floor((100 * done) / all);
      bar.value = percent;
      veil.textContent = `${percent} %`;
      line.textContent = [word("uploadProgress", { done: megabytes(done), all: megabytes(all) }), rate(speed), left(seconds)].filter(Boolean).join(" · ");
    },
    silent() { line.textContent = word("uploadSilent"); },
    done: (id) => place.arrived(item, id),
    failed(sentence) { trouble(sentence, word("tryAgain"), () => { rebuild(); start(); }); },
  };

  function start() {
    state("uploading");
    line.textContent = word("uploadWaits");
    going = upload(place.base, file, show);
    place.changed();
  }

  function halt() {
    going.pause();
    state("paused");
    line.textContent = word("uploadPaused", { done: `${bar.value} %` });
    place.changed();
  }

  function go() {
    state("uploading");
    line.textContent = word("uploadWaits");
    going.go();
    place.changed();
  }

  function state(now) {
    item.classList.remove("uploading", "paused", "broken");
    item.classList.add(now);
    pause.hidden = now === "broken";
    const isPaused = now === "paused";
    pause.ariaLabel = `${word(isPaused ? "goOn" : "pause")}: ${file.name}`;
    pause.querySelector("use").setAttribute("href", `${document.body.dataset.icons}#${isPaused ? "play" : "pause"}`);
  }

  function trouble(sentence, words, act) {
    state("broken");
    veil.hidden = true;
    const again = element("button", { class: "btn small", type: "button" }, icon("refresh", "small"), words);
    again.addEventListener("click", act);
    way.replaceChildren(
      element("p", { class: "error", role: "alert" }, icon("alert"), element("span", {}, sentence)),
      element("div", { class: "row" }, again),
    );
    place.changed();
  }

  function rebuild() {
    veil.hidden = false;
    way.replaceChildren(bar, line);
  }

  function stop() {
    if (going) going.stop();
    else forget(markOf(memo));
    item.remove();
    place.changed();
  }

  rows.set(item, { memo, stop });
  if (file instanceof Blob) start();
  else trouble(missing(memo), word("choose"), place.pick);
  return item;
}

// What a draft has to remember of the rows of a list, with the words typed into them.
export function memoriesOf(list) {
  return [...list.querySelectorAll(".item")].filter((item) => rows.has(item) && isWorthIt(item))
    .map((item) => ({ ...rows.get(item).memo, description: item.querySelector("textarea").value }));
}

// What was refused, and nothing of which is here, need not be chosen again.
function isWorthIt(item) {
  return !item.classList.contains("broken") || bytesOf(markOf(rows.get(item).memo)) > 0;
}

// The row that waits for just this file to be chosen again.
export function waitingFor(list, file) {
  const mark = markOf(file);
  return [...list.querySelectorAll(".broken")].find((item) => rows.has(item) && markOf(rows.get(item).memo) === mark);
}

function picture(file) {
  const kind = file.type.split("/")[0];
  const sign = icon(SIGNS[kind] ?? "image", "big");
  if (kind !== "image" || !(file instanceof Blob)) return [sign];
  const image = element("img", { alt: "", width: "104", height: "104", src: URL.createObjectURL(file) });
  image.addEventListener("load", () => sign.replaceWith(image), { once: true });
  return [sign];
}

function missing(memo) {
  const done = bytesOf(markOf(memo));
  return done ? word("chooseAgain", { done: megabytes(done), all: megabytes(memo.size) }) : word("chooseFirst");
}

function rate(speed) {
  return speed > 0 ? word("perSecond", { size: speed < 1e6 ? `${number.format(speed / 1e3)} kB` : `${number.format(speed / 1e6)} MB` }) : "";
}

function left(seconds) {
  if (!Number.isFinite(seconds) || seconds < 2) return "";
  return seconds < 90 ? word("secondsLeft", { n: Math.ceil(seconds) }) : word("minutesLeft", { n: Math.ceil(seconds / 60) });
}
