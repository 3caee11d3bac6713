// Keys of a film that has the focus: space k j l, arrows, m f c i, < >, 0 to 9. They go no further than the film.
export function listen(box, act) {
  const keys = {
    " ": act.toggle,
    k: act.toggle,
    j: () => act.step(-10),
    l: () => act.step(10),
    ArrowLeft: () => act.step(-5),
    ArrowRight: () => act.step(5),
    ArrowUp: () => act.louder(0.1),
    ArrowDown: () => act.louder(-0.1),
    Home: () => act.seek(0),
    End: () => act.part(1),
    m: act.mute,
    f: act.full,
    c: act.captions,
    i: () => act.small()?.catch(() => {}),
    "<": () => act.faster(-1),
    ">": () => act.faster(1),
  };
  box.tabIndex = -1; // a click on the picture gives it the focus
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isDigit = /^[0-9]$/.test(event.key);
    const run = isDigit ? () => act.part(Number(event.key) / 10) : keys[event.key] ?? keys[event.key.toLowerCase()];
    const isPressing = event.target.matches("button") && event.key === " ";
    if (!run || isPressing || isOwn(event)) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  });
}

// A slider has arrows of its own: for the volume, up and down; the seek bar gets ours.
function isOwn({ target, key }) {
  return target.matches(".volume") && key.startsWith("Arrow");
}
