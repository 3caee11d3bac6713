// Where the pictures come from: hls.js where the browser lets scripts feed a film, the browser itself where it knows
// playlists (Safari), else the plain file that the page names. Nothing is loaded before somebody wants to see it.
// Of a film that is still being made there is the beginning, small and growing; where the plain file is there it is better,
// for whoever's line can carry it.
const patience = (first, whole, retries) => ({ default: {
  maxTimeToFirstByteMs: first, maxLoadTimeMs: whole,
  timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
  errorRetry: { maxNumRetry: retries, retryDelayMs: 300, maxRetryDelayMs: 1000 },
} });
const SILENCES = 10; // times in a row that a line may give no answer at all until the plain file is tried
const AGAIN = 1000; // ms
const BREAKS = 3; // times in a row that parts may come damaged until the plain file is tried
const DAMAGE = ["bufferAppendNoProgress", "mediaSourceRequiresReset"];

export function openSource(box, film) {
  const address = box.dataset.hls;
  const grows = box.dataset.growing !== undefined;
  const plain = film.getAttribute("src"); // of a whole file, where there is one that plays
  const heard = new Set();
  let begun, hls = null, silences = 0, breaks = 0, broken = 0, left = 0, place = 0, plays = false;
  for (const kind of ["play", "pause"]) film.addEventListener(kind, () => { plays = kind === "play"; });
  film.addEventListener("seeking", () => { place = film.currentTime; });
  film.addEventListener("timeupdate", () => {
    if (film.currentTime > 0) place = film.currentTime; // it stands at 0 while it has no source
    if (film.currentTime > broken) breaks = 0;
  });
  const tell = () => { for (const hear of heard) hear(); };

  async function begin() {
    if (!address || (grows && film.hasAttribute("src") && !isThin(navigator.connection))) return;
    if (typeof (window.ManagedMediaSource ?? window.MediaSource) === "function") {
      const { default: Hls } = await import("../../vendor/hls.light.min.js");
      if (Hls.isSupported()) return feed(Hls);
    }
    if (film.canPlayType("application/vnd.apple.mpegurl")) film.src = address;
  }

  function feed(Hls, level = -1) {
    const from = left || film.currentTime || (grows ? 0 : -1);
    place = Math.max(from, 0);
    // Without a worker: our files need no repacking, and the policy stays without worker-src.
    const guess = 1e6 * (navigator.connection?.downlink ?? 3); // until the first bytes were timed
    hls = new Hls({
      enableWorker: false, abrEwmaDefaultEstimate: guess, capLevelToPlayerSize: true, maxBufferLength: 30, backBufferLength: 60, startPosition: from,
      manifestLoadPolicy: patience(8000, 16000, 1), playlistLoadPolicy: patience(8000, 16000, 1), fragLoadPolicy: patience(8000, 60000, 2),
    });
    hls.on(Hls.Events.MANIFEST_PARSED, tell);
    hls.on(Hls.Events.LEVEL_SWITCHED, tell);
    hls.on(Hls.Events.FRAG_LOADED, () => { silences = 0; });
    const mine = hls;
    hls.on(Hls.Events.ERROR, (_name, trouble) => {
      if (hls !== mine) return;
      if (DAMAGE.includes(trouble.details)) {
        broken = trouble.frag?.end ?? place + 1; // it is overcome when the film has come past it
        if ((breaks += 1) <= BREAKS) { setTimeout(() => { if (hls === mine) feedAnew(Hls); }); return; }
      } else if (!trouble.fatal) return;
      // No answer at all is a tunnel, and what is loaded plays on meanwhile; an answer that says no stays one.
      const isSilent = trouble.type === "networkError" && !trouble.response?.code && hls.levels.length > 0;
      if (isSilent && (silences += 1) <= SILENCES) setTimeout(() => hls?.startLoad(), AGAIN);
      else playPlain();
    });
    // A film that gets a new source stands still without an event of a pause.
    hls.on(Hls.Events.MEDIA_ATTACHED, () => { if (plays && film.paused) film.play().catch(() => {}); });
    if (level >= 0) hls.once(Hls.Events.MANIFEST_PARSED, () => { mine.loadLevel = level; });
    const ready = new Promise((done) => { hls.once(Hls.Events.MANIFEST_PARSED, done); hls.on(Hls.Events.ERROR, (_name, { fatal }) => { if (fatal) done(); }); });
    hls.loadSource(address);
    hls.attachMedia(film);
    return ready;
  }

  // A part that came damaged leaves the browser in the middle of it, and hls.js takes it for loaded, and what follows
  // with it: everything begins anew, at the same place.
  function feedAnew(Hls) {
    const level = hls.autoLevelEnabled ? -1 : hls.loadLevel;
    left = place;
    hls.destroy();
    feed(Hls, level);
  }

  // The plain file goes on where the other stopped; where that fails as well, the next press of a button begins anew.
  function playPlain() {
    const isPaused = film.paused && !plays;
    left = film.currentTime || place;
    hls.destroy();
    hls = null;
    silences = breaks = 0;
    tell();
    if (!plain) { begun = null; return; }
    film.src = plain;
    const stop = new AbortController();
    film.addEventListener("loadedmetadata", () => { stop.abort(); film.currentTime = left; }, { signal: stop.signal });
    film.addEventListener("error", () => { stop.abort(); begun = null; }, { signal: stop.signal });
    if (!isPaused) film.play().catch(() => {}); // nothing is loaded by itself
  }

  return {
    ready: () => (begun ??= begin().catch(() => {})),
    // The qualities there are, best first: { n, lines }; none where the browser chooses by itself.
    qualities: () => (hls?.levels ?? []).map(({ width, height }, n) => ({ n, lines: Math.min(width, height) })).filter(({ lines }) => lines > 0).reverse(),
    chosen: () => (!hls || hls.autoLevelEnabled ? -1 : hls.loadLevel),
    shown: () => (hls && hls.currentLevel >= 0 ? Math.min(hls.levels[hls.currentLevel].width, hls.levels[hls.currentLevel].height) : 0),
    choose: (n) => { if (hls) hls.currentLevel = n; tell(); }, // at once: somebody is waiting to see it
    hear: (run) => heard.add(run),
  };
}

const isThin = (line) => line !== undefined && (line.saveData || line.effectiveType !== "4g");
