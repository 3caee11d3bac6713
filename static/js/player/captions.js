// Captions in a place of our own: above the controls, as large as the reader's text. What was chosen is remembered.
const CHOICE = "captions"; // a language, or "off"

export function openCaptions(box, film, parts) {
  const tracks = [...film.querySelectorAll("track")];
  const heard = new Set();
  let shown = first(tracks);

  const choose = (code) => {
    shown = code;
    for (const { track, srclang } of tracks) track.mode = srclang === code ? "hidden" : "disabled"; // read, but drawn by us
    draw();
    for (const hear of heard) hear();
  };
  function draw() {
    const on = tracks.find(({ srclang }) => srclang === shown);
    const cues = [...(on?.track.activeCues ?? [])];
    parts.says.lang = shown;
    parts.says.replaceChildren(...cues.map((cue) => {
      const line = document.createElement("p");
      line.append(cue.getCueAsHTML());
      return line;
    }));
  }
  for (const { track } of tracks) track.addEventListener("cuechange", draw);
  // A telephone's own full screen shows nothing of the page: there the browser draws them.
  film.addEventListener("webkitbeginfullscreen", () => { for (const { track, srclang } of tracks) if (srclang === shown) track.mode = "showing"; });
  film.addEventListener("webkitendfullscreen", () => choose(shown));
  choose(shown);

  const chosen = (code) => {
    choose(code);
    store(code || "off");
  };
  return {
    all: () => tracks.map(({ srclang, label }) => ({ code: srclang, label })),
    chosen: () => shown,
    choose: chosen,
    toggle: () => chosen(shown ? "" : first(tracks, true)),
    hear: (run) => heard.add(run),
  };
}

// What was chosen before; else the language of the page.
function first(tracks, isWanted = false) {
  const before = stored();
  if (before === "off" && !isWanted) return "";
  const found = tracks.find(({ srclang }) => srclang === before) ?? tracks.find((track) => track.default) ?? (isWanted || before ? tracks[0] : null);
  return found?.srclang ?? "";
}

function stored() {
  try { return localStorage.getItem(CHOICE); } catch { return null; }
}

function store(value) {
  try { localStorage.setItem(CHOICE, value); } catch { /* a browser that keeps nothing */ }
}
