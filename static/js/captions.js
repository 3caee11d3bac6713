// The editor of captions: lines with their times, written from the text of the page and put back into it.
import { element, icon, iconButton } from "./dom.js";

const page = document.getElementById("subtitling");
const box = page.querySelector("[data-cues]");
const plain = page.querySelector("[data-as-text]");
const text = page.querySelector("#captions-text");
const sound = page.querySelector("video, audio");
const words = box.dataset;
const BLOCK = /^(\S+) --> (\S+).*\n([\s\S]*)$/;
const LENGTH = 3; // seconds of a new line

const list = element("ol");
const add = element("button", { class: "btn small", type: "button" }, icon("plus", "small"), words.add);
const swap = element("button", { class: "btn small line", type: "button" }, words.asTextWord);

add.addEventListener("click", () => insert());
swap.addEventListener("click", () => (box.classList.contains("asText") ? asLines() : asText()));
box.append(list, element("div", { class: "row" }, add), element("p", { class: "hint" }, words.hint));
box.after(element("div", { class: "row" }, swap));
page.querySelector("form").addEventListener("submit", () => { if (!box.hidden) text.value = written(); });
sound.addEventListener("timeupdate", mark);
box.addEventListener("keydown", press);
show(true); // what cannot be read as lines stays a text, and is not written over
asLines();

function asLines() {
  const cues = read(text.value);
  if (!cues) return;
  list.replaceChildren(...cues.map(row));
  show(false);
}

function asText() {
  text.value = written();
  show(true);
}

function show(isText) {
  box.classList.toggle("asText", isText);
  box.hidden = isText;
  plain.hidden = !isText;
  swap.textContent = isText ? words.asLines : words.asTextWord;
}

// The cues of a text, or nothing where it is not what the server writes: then it stays a text.
function read(value) {
  const cues = [];
  for (const block of value.replace(/\r\n?/g, "\n").split(/\n{2,}/).map((part) => part.trim()).filter(Boolean)) {
    if (block.startsWith("WEBVTT")) continue;
    const found = BLOCK.exec(block);
    const [start, end] = [seconds(found?.[1]), seconds(found?.[2])];
    if (start === null || end === null) return null;
    cues.push({ start, end, text: found[3].replaceAll("&gt;", ">").replaceAll("&amp;", "&") });
  }
  return cues;
}

function written() {
  const cues = [...list.children].map(({ parts }) => ({ start: seconds(parts.start.value), from: parts.start.value, to: parts.end.value, text: parts.text.value.trim() }));
  const lines = cues.filter((cue) => cue.text).sort((a, b) => a.start - b.start);
  return ["WEBVTT", ...lines.map(({ from, to, text: said }) => `${from} --> ${to}\n${said.replace(/\n{2,}/g, "\n")}`)].join("\n\n");
}

function row({ start, end, text: said }) {
  const parts = {
    start: element("input", { class: "input", value: clock(start), inputmode: "decimal" }),
    end: element("input", { class: "input", value: clock(end), inputmode: "decimal" }),
    text: element("textarea", { class: "input", rows: "2" }),
  };
  parts.text.value = said;
  const listen = iconButton("play", words.listen);
  const from = iconButton("right", words.fromNow);
  const until = iconButton("left", words.untilNow);
  const remove = iconButton("x", words.remove);
  for (const button of [listen, from, until, remove]) button.title = button.ariaLabel;
  const made = element("li", { class: "cue" },
    element("div", { class: "times" }, element("label", {}, words.start, parts.start), element("label", {}, words.end, parts.end)),
    element("label", { class: "words" }, words.words, parts.text),
    element("div", { class: "does" }, listen, from, until, remove));
  made.parts = parts;
  listen.addEventListener("click", () => { sound.currentTime = seconds(parts.start.value) ?? 0; sound.play().catch(() => {}); });
  from.addEventListener("click", () => { parts.start.value = clock(sound.currentTime); check(made); });
  until.addEventListener("click", () => { parts.end.value = clock(sound.currentTime); check(made); });
  remove.addEventListener("click", () => {
    const near = made.nextElementSibling ?? made.previousElementSibling;
    made.remove();
    (near?.parts.text ?? add).focus();
  });
  for (const field of [parts.start, parts.end]) field.addEventListener("change", () => check(made));
  return made;
}

function check(made) {
  const [start, end] = [seconds(made.parts.start.value), seconds(made.parts.end.value)];
  const isWrong = start === null || end === null || end <= start;
  made.classList.toggle("bad", isWrong);
  for (const field of [made.parts.start, made.parts.end]) field.ariaInvalid = String(isWrong);
}

// A new line where it plays, in the order of time.
function insert() {
  const start = sound.currentTime;
  const made = row({ start, end: start + LENGTH, text: "" });
  const later = [...list.children].find(({ parts }) => seconds(parts.start.value) > start);
  list.insertBefore(made, later ?? null);
  made.parts.text.focus();
}

function press(event) {
  const at = event.target.closest(".cue");
  if (event.ctrlKey && event.key === "Enter") insert();
  else if (event.ctrlKey && event.key === " ") { if (sound.paused) sound.play().catch(() => {}); else sound.pause(); }
  else if (event.altKey && event.key === "ArrowDown") at?.nextElementSibling?.parts.text.focus();
  else if (event.altKey && event.key === "ArrowUp") at?.previousElementSibling?.parts.text.focus();
  else return;
  event.preventDefault();
}

function mark() {
  for (const made of list.children) {
    const [start, end] = [seconds(made.parts.start.value), seconds(made.parts.end.value)];
    made.classList.toggle("now", start <= sound.currentTime && sound.currentTime < end);
  }
}

function seconds(value) {
  const found = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,3})?)$/.exec(value?.trim() ?? "");
  return found ? Number(found[1] ?? 0) * 3600 + Number(found[2]) * 60 + Number(found[3].replace(",", ".")) : null;
}

function clock(value) {
  const ms = Math.max(0, Math.round(value * 1000));
  const two = (n) => String(n).padStart(2, "0");
  return `${two(Math.floor(ms / 3.6e6))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, "0")}`;
}
