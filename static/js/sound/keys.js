// Keys of a sound that has the focus: space, arrows, page up and down for chapters, m, < >, 0 to 9. They go no further.
export function listen(box, act) {
  const keys = {
    " ": act.toggle,
    ArrowLeft: () => act.step(-5),
    ArrowRight: () => act.step(5),
    ArrowDown: () => act.step(-15),
    ArrowUp: () => act.step(15),
    PageUp: () => act.chapter(-1),
    PageDown: () => act.chapter(1),
    Home: () => act.part(0),
    End: () => act.part(1),
    m: act.mute,
    "<": () => act.faster(-1),
    ">": () => act.faster(1),
  };
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.matches("button")) return;
    const run = /^[0-9]$/.test(event.key) ? () => act.part(Number(event.key) / 10) : keys[event.key];
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  });
}
