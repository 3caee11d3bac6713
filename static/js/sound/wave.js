// The wave of a sound: as many bars as there is room for, once the fine one is there.
const SVG = "http://www.w3.org/2000/svg";
const PITCH = 4; // px of a bar with its gap
const HEIGHT = 36;

// Returns what loads and draws the fine wave; until then the 64 bars of the page stand.
export function drawWave(box) {
  let peaks;
  const draw = () => {
    const wave = box.querySelector(".wave");
    const room = Math.floor(box.querySelector(".seek").clientWidth / PITCH);
    if (!wave || !peaks?.length || room < 8) return;
    const path = bars(peaks, Math.min(room, peaks.length));
    for (const line of wave.querySelectorAll("path:not(.marks)")) line.setAttribute("d", path);
    const width = PITCH * Math.min(room, peaks.length);
    const played = wave.querySelector(".played");
    const share = played.width.baseVal.value / wave.viewBox.baseVal.width;
    wave.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    played.setAttribute("width", share * width);
  };
  return async () => {
    if (peaks || !box.dataset.peaks) return;
    try {
      peaks = (await (await fetch(box.dataset.peaks)).json()).peaks;
    } catch {
      return; // the coarse one will do
    }
    draw();
    new ResizeObserver(draw).observe(box);
  };
}

function bars(peaks, count) {
  let path = "";
  for (let n = 0; n < count; n += 1) {
    const [from, to] = [n, n + 1].map((edge) => Math.floor((edge * peaks.length) / count));
    const half = Math.max(1, 16 * Math.sqrt(Math.max(...peaks.slice(from, Math.max(to, from + 1))) / 100));
    path += `M${PITCH * n + 2} ${18 - half}v${2 * half}`;
  }
  return path;
}

// Marks the beginnings of chapters, given as shares of the whole.
export function mark(box, shares) {
  const seek = box.querySelector(".seek");
  const inside = shares.filter((share) => share > 0.005 && share < 1);
  if (!inside.length) return;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "chapter-marks");
  svg.setAttribute("aria-hidden", "true");
  for (const share of inside) {
    const line = document.createElementNS(SVG, "line");
    for (const [name, value] of [["x1", `${100 * share}%`], ["x2", `${100 * share}%`], ["y1", "0"], ["y2", "100%"]]) line.setAttribute(name, value);
    svg.append(line);
  }
  seek.prepend(svg);
}

export function clock(seconds) {
  const whole = Math.floor(seconds);
  const tail = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
