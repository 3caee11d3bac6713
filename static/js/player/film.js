// One film: puts its parts together, and shows what state it is in.
import { word } from "../words.js";
import { openBoard } from "./board.js";
import { openCaptions } from "./captions.js";
import { build, clock } from "./controls.js";
import { listen } from "./keys.js";
import { remember } from "./memory.js";
import { openMenus, SPEEDS } from "./menus.js";
import { openSource } from "./source.js";

const IDLE = 2500; // ms without a move until the controls leave the picture

export function enhance(box) {
  const film = box.querySelector("video");
  if (!film || box.dataset.ready !== undefined) return;
  box.dataset.ready = "";
  const parts = build(box, film);
  const claimed = Number(box.dataset.duration);
  const least = box.dataset.growing === undefined ? 0 : claimed; // what there is of it so far is not how long it is
  const length = () => (Number.isFinite(film.duration) ? Math.max(film.duration, least) : claimed) || 1;
  const source = openSource(box, film);
  const captions = openCaptions(box, film, parts);
  const act = actions(box, film, { source, captions, length });

  film.controls = false;
  openMenus(parts, film, { source, captions, act });
  openBoard(box, parts, length);
  listen(box, act);
  remember(box, film, length);
  wire(box, film, parts, act);
  show(box, film, parts, length);
  hideWhenIdle(box, film);
}

function actions(box, film, { source, captions, length }) {
  const act = {
    play: async () => { await source.ready(); film.play().catch(() => {}); },
    toggle: () => (film.paused ? act.play() : film.pause()),
    seek: (to) => { source.ready(); film.currentTime = Math.min(Math.max(0, to), length()); },
    step: (by) => act.seek(film.currentTime + by),
    part: (share) => act.seek(share * length()),
    mute: () => { film.muted = !film.muted; },
    louder: (by) => { film.volume = Math.min(1, Math.max(0, film.volume + by)); film.muted = film.volume === 0; },
    speed: (value) => { film.playbackRate = value; },
    faster: (by) => {
      const at = SPEEDS.indexOf(film.playbackRate) + by;
      if (SPEEDS[at]) film.playbackRate = SPEEDS[at];
    },
    captions: () => captions.toggle(),
    full: () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else if (box.requestFullscreen) box.requestFullscreen();
      else film.webkitEnterFullscreen?.(); // telephones that know no other
    },
    small: () => (document.pictureInPictureElement ? document.exitPictureInPicture() : film.requestPictureInPicture?.()),
  };
  return act;
}

function wire(box, film, parts, act) {
  parts.disc.addEventListener("click", () => { act.play(); parts.toggle.focus({ preventScroll: true }); });
  parts.toggle.addEventListener("click", act.toggle);
  parts.mute.addEventListener("click", act.mute);
  parts.volume.addEventListener("input", () => { film.volume = Number(parts.volume.value); film.muted = film.volume === 0; });
  parts.seek.addEventListener("input", () => act.seek(Number(parts.seek.value)));
  parts.full.addEventListener("click", act.full);
  parts.small.addEventListener("click", () => act.small()?.catch(() => {}));
  film.addEventListener("click", (event) => {
    box.focus({ preventScroll: true });
    if (event.pointerType === "touch" && !film.paused && !box.classList.contains("near")) box.classList.add("near");
    else act.toggle();
  });
  film.addEventListener("dblclick", act.full);
}

function show(box, film, parts, length) {
  const time = () => {
    const at = Math.min(film.currentTime, length());
    parts.seek.max = length();
    parts.seek.value = at;
    parts.seek.ariaValueText = `${clock(at)} / ${clock(length())}`;
    parts.time.textContent = `${clock(at)} / ${clock(length())}`;
    parts.seek.style.setProperty("--p", `${(100 * at) / length()}%`);
    parts.seek.style.setProperty("--b", `${(100 * buffered(film, at)) / length()}%`);
  };
  const state = () => {
    box.classList.toggle("playing", !film.paused);
    if (!film.paused) box.classList.add("begun");
    parts.toggle.ariaLabel = word(film.paused ? "play" : "pause");
  };
  const voice = () => {
    const isSilent = film.muted || film.volume === 0;
    box.classList.toggle("silent", isSilent);
    parts.mute.ariaLabel = word(isSilent ? "unmute" : "muteSound");
    parts.volume.value = isSilent ? 0 : film.volume;
    parts.volume.style.setProperty("--p", `${100 * parts.volume.value}%`);
  };
  for (const kind of ["timeupdate", "progress", "loadedmetadata", "seeked", "durationchange"]) film.addEventListener(kind, time);
  for (const kind of ["play", "pause", "ended"]) film.addEventListener(kind, state);
  film.addEventListener("volumechange", voice);
  for (const kind of ["waiting", "seeking"]) film.addEventListener(kind, () => box.classList.add("waiting"));
  for (const kind of ["playing", "seeked", "pause", "error"]) film.addEventListener(kind, () => box.classList.remove("waiting"));
  document.addEventListener("fullscreenchange", () => {
    const isFull = document.fullscreenElement === box;
    box.classList.toggle("full", isFull);
    parts.full.ariaLabel = word(isFull ? "leaveFull" : "full");
  });
  parts.small.hidden = !document.pictureInPictureEnabled;
  time();
  voice();
}

function buffered(film, at) {
  for (let n = 0; n < film.buffered.length; n += 1) {
    if (film.buffered.start(n) <= at + 0.5 && at <= film.buffered.end(n)) return film.buffered.end(n);
  }
  return at;
}

function hideWhenIdle(box, film) {
  let timer;
  const near = () => {
    box.classList.add("near");
    clearTimeout(timer);
    timer = setTimeout(() => { if (!box.querySelector("[aria-expanded=true]")) box.classList.remove("near"); }, IDLE);
  };
  for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) box.addEventListener(kind, near);
  box.addEventListener("pointerleave", ({ pointerType }) => { if (pointerType === "mouse" && !film.paused) box.classList.remove("near"); });
}
