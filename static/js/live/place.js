// Nothing that is being read moves: changes above it are made up for by scrolling the same height.
const TOP = 60; // px covered by the bar on top
const WHAT = ".c-row, article.post, .feed > li, .note";

// Runs a change of the page and keeps what the reader looks at where it was.
export function keepPlace(change) {
  const anchor = inSight();
  const before = anchor?.getBoundingClientRect().top;
  const root = document.documentElement;
  root.style.setProperty("overflow-anchor", "none"); // the browser's own correction would come on top of ours
  change();
  if (anchor?.isConnected) {
    const moved = anchor.getBoundingClientRect().top - before;
    if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
  }
  requestAnimationFrame(() => requestAnimationFrame(() => root.style.removeProperty("overflow-anchor")));
}

// Where the docked reply box (or the foot of the window) begins.
export function floor() {
  const box = document.querySelector(".reply");
  return Math.min(innerHeight, box?.getBoundingClientRect().top ?? innerHeight);
}

function inSight() {
  const focused = document.activeElement?.closest?.(WHAT);
  if (focused && isSeen(focused)) return focused;
  return [...document.querySelectorAll(WHAT)].find(isSeen);
}

function isSeen(element) {
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && bottom > TOP && top < innerHeight;
}
