// What plays is said to the system: on a phone's locked screen, for the keys of a keyboard and a headset.
export function announce(box, sound, act) {
  const session = navigator.mediaSession;
  if (!session) return;
  const { cover, artist } = box.dataset;
  session.metadata = new MediaMetadata({
    title: box.querySelector(".fname").textContent,
    artist,
    artwork: cover ? [{ src: new URL(cover, location).href, type: "image/jpeg" }] : [],
  });
  const handlers = {
    play: () => sound.play(),
    pause: () => sound.pause(),
    seekbackward: ({ seekOffset }) => act.step(-(seekOffset ?? 15)),
    seekforward: ({ seekOffset }) => act.step(seekOffset ?? 30),
    seekto: ({ seekTime }) => { sound.currentTime = seekTime; },
    previoustrack: () => act.chapter(-1),
    nexttrack: () => act.chapter(1),
  };
  for (const [name, run] of Object.entries(handlers)) {
    try { session.setActionHandler(name, run); } catch { /* a browser that does not know it */ }
  }
}
