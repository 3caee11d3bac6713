// Where a film was left is where it goes on: kept on this device, for the last hundred films.
const PLACE = "films";
const MOST = 100;
const SHORT = 60; // films of less than a minute begin at their beginning
const ENDS = 0.95;

export function remember(box, film, length) {
  const key = box.dataset.film;
  const before = read()[key];
  if (before && before < length() * ENDS) {
    // Before it plays nothing is loaded: the place is set as soon as there is something to set it in.
    film.addEventListener("loadedmetadata", () => { if (film.currentTime < 1) film.currentTime = before; }, { once: true });
  }
  let last = 0;
  const keep = () => {
    if (length() < SHORT) return;
    const all = read();
    delete all[key];
    if (film.currentTime > 5 && film.currentTime < length() * ENDS) all[key] = Math.round(film.currentTime);
    write(Object.fromEntries(Object.entries(all).slice(-MOST)));
  };
  film.addEventListener("timeupdate", () => { if (Math.abs(film.currentTime - last) > 5) { last = film.currentTime; keep(); } });
  for (const kind of ["pause", "ended"]) film.addEventListener(kind, keep);
}

function read() {
  try { return JSON.parse(localStorage.getItem(PLACE)) ?? {}; } catch { return {}; }
}

function write(all) {
  try { localStorage.setItem(PLACE, JSON.stringify(all)); } catch { /* a browser that keeps nothing */ }
}
