// The sound player: our own controls over a plain <audio>, which stays for readers without script.
import { each } from "./each.js";
import { clock, drawWave, mark } from "./sound/wave.js";
import { announce } from "./sound/session.js";
import { remember, speed as kept } from "./sound/memory.js";
import { listen } from "./sound/keys.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const language = document.documentElement.lang;

each("[data-player]", (box) => {
  const sound = box.querySelector("audio");
  const [toggle, seek, faster] = [".toggle", ".seek", ".speed"].map((part) => box.querySelector(part));
  const slider = seek.querySelector("input");
  const played = box.querySelector(".played");
  const now = box.querySelector("[data-now]");
  const chapters = [...(box.parentElement.querySelector(".chapters")?.querySelectorAll("[data-at]") ?? [])];
  const name = toggle.ariaLabel.slice(toggle.dataset.play.length);
  const length = () => (Number.isFinite(sound.duration) ? sound.duration : Number(box.dataset.duration)) || 1;

  sound.controls = false;
  sound.hidden = true;
  for (const part of [toggle, seek, faster]) part.hidden = false;
  box.classList.add("ready");
  const fine = drawWave(box);
  for (const kind of ["pointerenter", "focusin", "play"]) box.addEventListener(kind, fine, { once: true, capture: true });
  mark(box, chapters.map((chapter) => Number(chapter.dataset.at) / length()));

  const show = () => {
    const at = Math.min(sound.currentTime, length());
    const chapter = chapters.findLast(({ dataset }) => Number(dataset.at) <= at + 0.2);
    for (const one of chapters) one.toggleAttribute("aria-current", one === chapter && at > 0);
    const title = chapter?.lastChild.textContent.trim();
    slider.value = at;
    slider.ariaValueText = [`${clock(at)} / ${clock(length())}`, title].filter(Boolean).join(", ");
    now.textContent = clock(at);
    played?.setAttribute("width", (played.ownerSVGElement.viewBox.baseVal.width * at) / length());
  };
  const state = () => {
    box.classList.toggle("playing", !sound.paused);
    toggle.ariaLabel = (sound.paused ? toggle.dataset.play : toggle.dataset.pause) + name;
  };
  const go = (at) => {
    sound.currentTime = Math.min(Math.max(at, 0), length());
    show();
  };
  const play = () => sound.play().catch(state);
  const pace = (rate) => {
    sound.defaultPlaybackRate = sound.playbackRate = rate;
    faster.lastElementChild.textContent = `${new Intl.NumberFormat(language).format(rate)}×`;
  };
  const act = {
    toggle: () => (sound.paused ? play() : sound.pause()),
    step: (seconds) => go(sound.currentTime + seconds),
    part: (share) => go(share * length()),
    faster: (step) => {
      const at = SPEEDS.indexOf(sound.playbackRate) + step;
      if (SPEEDS[at]) kept.set(SPEEDS[at]);
      pace(kept.get());
    },
    mute: () => { sound.muted = !sound.muted; },
    chapter: (step) => {
      const starts = chapters.map(({ dataset }) => Number(dataset.at));
      const at = starts.findLastIndex((start) => start <= sound.currentTime + 0.2);
      // Back is first to the beginning of this one, as on every player.
      const isInside = step < 0 && sound.currentTime - starts[at] > 3;
      const next = starts[at + (isInside ? 0 : step)];
      if (next !== undefined) go(next);
    },
  };

  pace(kept.get());
  listen(box, act);
  remember(box.dataset.player, sound, length, show);
  toggle.addEventListener("click", act.toggle);
  slider.addEventListener("input", () => go(Number(slider.value)));
  faster.addEventListener("click", () => {
    kept.set(SPEEDS[(SPEEDS.indexOf(sound.playbackRate) + 1) % SPEEDS.length] ?? 1);
    pace(kept.get());
  });
  for (const chapter of chapters) {
    chapter.addEventListener("click", (event) => {
      event.preventDefault();
      go(Number(chapter.dataset.at));
      play();
    });
  }
  sound.addEventListener("loadedmetadata", () => { slider.max = Math.floor(length()); });
  sound.addEventListener("timeupdate", show);
  sound.addEventListener("ended", () => go(0));
  sound.addEventListener("play", () => announce(box, sound, act));
  for (const kind of ["play", "pause", "ended"]) sound.addEventListener(kind, state);
  for (const kind of ["waiting", "playing", "pause"]) sound.addEventListener(kind, () => box.classList.toggle("waiting", kind === "waiting"));
  // None of the forms is to be had: the browser's own player says why.
  sound.lastElementChild.addEventListener("error", () => { sound.hidden = false; sound.controls = true; state(); });
});

// One voice at a time.
document.addEventListener("play", ({ target }) => {
  if (target.matches("[data-loop]")) return;
  for (const other of document.querySelectorAll("audio, video:not([data-loop])")) if (other !== target) other.pause();
}, true);
