// Where a sound was left is where it goes on, and as fast as the reader likes it: kept on this device.
const PLACES = "sounds";
const SPEED = "sound-speed";
const MOST = 100;
const SHORT = 60; // sounds of less than a minute begin at their beginning
const ENDS = 0.97;

export function remember(key, sound, length, show) {
  const before = read(PLACES, {})[key];
  if (before && before < length() * ENDS) {
    sound.currentTime = before; // nothing is loaded yet: it is where playing will begin
    show();
  }
  let last = 0;
  const keep = () => {
    if (length() < SHORT) return;
    const all = read(PLACES, {});
    delete all[key];
    if (sound.currentTime > 5 && sound.currentTime < length() * ENDS) all[key] = Math.round(sound.currentTime);
    write(PLACES, Object.fromEntries(Object.entries(all).slice(-MOST)));
  };
  sound.addEventListener("timeupdate", () => {
    if (Math.abs(sound.currentTime - last) < 5) return;
    last = sound.currentTime;
    keep();
  });
  for (const kind of ["pause", "ended"]) sound.addEventListener(kind, keep);
}

export const speed = {
  get: () => Number(read(SPEED, 1)) || 1,
  set: (rate) => write(SPEED, rate),
};

function read(name, otherwise) {
  try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; }
}

function write(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* a browser that keeps nothing */ }
}
