// Small pictures over the seek bar, from one sheet that a WebVTT track describes.
import { clock } from "./controls.js";

const CUE = /^(\d+):(\d+):([\d.]+) --> \S+\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm;

export function openBoard(box, parts, length) {
  const { peek, seek } = parts;
  const [shot, time] = peek.children;
  let shots = null;
  let wanted = null; // the second that is shown now

  async function load() {
    if (shots || !box.dataset.board) return;
    shots = [];
    const answer = await fetch(box.dataset.board).catch(() => null);
    if (!answer?.ok) return;
    for (const [, h, m, s, file, ...place] of (await answer.text()).matchAll(CUE)) {
      shots.push({ at: h * 3600 + m * 60 + Number(s), address: new URL(file, answer.url).href, place: place.map(Number) });
    }
    if (wanted !== null) show(wanted);
  }

  function show(at) {
    wanted = at;
    time.textContent = clock(at);
    const found = shots?.findLast((one) => one.at <= at);
    shot.hidden = !found;
    if (found) {
      const [x, y, width, height] = found.place;
      shot.style.backgroundImage = `url("${found.address}")`;
      shot.style.backgroundPosition = `-${x}px -${y}px`;
      shot.style.inlineSize = `${width}px`;
      shot.style.blockSize = `${height}px`;
    }
    peek.hidden = false;
    const room = seek.offsetWidth;
    const middle = seek.offsetLeft + (room * at) / length();
    const half = peek.offsetWidth / 2;
    peek.style.insetInlineStart = `${Math.min(Math.max(middle, half + 4), box.offsetWidth - half - 4)}px`;
  }

  seek.addEventListener("pointerenter", load);
  seek.addEventListener("focus", load);
  seek.addEventListener("pointermove", ({ clientX }) => {
    const { left, width } = seek.getBoundingClientRect();
    show(Math.min(1, Math.max(0, (clientX - left) / width)) * length());
  });
  seek.addEventListener("input", () => { load(); show(Number(seek.value)); });
  for (const kind of ["pointerleave", "pointerup", "blur", "change"]) seek.addEventListener(kind, () => { wanted = null; peek.hidden = true; });
}
