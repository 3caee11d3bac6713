// A list that goes on by itself. Its pages are plain addresses. Where somebody was is kept in the history entry, so the
// back button returns to the same post at the same height, with fresh content.
import { each } from "./each.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const LIST = ".feed, .people";
const FOOT = ".feed-more, .ends";
const AHEAD = 1200; // px before the end
const MOST = 20; // pages brought back at once
const list = document.querySelector(LIST);
const pages = []; // addresses of the pages added to the first

const ahead = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) more(target);
}, { rootMargin: `${AHEAD}px` });

async function more(link) {
  const foot = link.closest(".feed-more");
  if (foot.ariaBusy === "true") return;
  foot.ariaBusy = "true";
  ahead.unobserve(link); // after a failure only a press tries again
  const hadFocus = document.activeElement === link;
  try {
    const first = append(await load(link.href));
    pages.push(link.href);
    remember();
    if (hadFocus) first?.querySelector("a, button")?.focus({ preventScroll: true });
  } catch {
    foot.ariaBusy = "false";
    toast(word("loadFailed"), { kind: "error" });
  }
}

async function load(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const more = page.querySelector(LIST);
  if (!more) throw new Error("no list");
  return { items: [...more.children], foot: page.querySelector(FOOT) };
}

// Adds what is not there yet; returns the first of it.
function append({ items, foot }) {
  const known = ({ firstElementChild: item }) => item?.id && document.getElementById(item.id);
  const added = items.filter((item) => !known(item));
  list.append(...added);
  const old = document.querySelector(FOOT);
  if (foot) old?.replaceWith(foot);
  else old?.remove();
  return added[0];
}

// --- there and back ---
function remember() {
  const inSight = [...list.children].find((item) => item.getBoundingClientRect().bottom > 60)?.firstElementChild;
  const feed = { pages: pages.slice(0, MOST), id: inSight?.id, top: inSight?.getBoundingClientRect().top };
  history.replaceState({ ...history.state, feed }, "");
}

async function bringBack({ pages: addresses, id, top }) {
  history.scrollRestoration = "manual";
  const loaded = await Promise.allSettled(addresses.map(load));
  for (const [n, { status, value }] of loaded.entries()) {
    if (status === "rejected") break;
    append(value);
    pages.push(addresses[n]);
  }
  const place = id && document.getElementById(id);
  if (place) scrollBy({ top: place.getBoundingClientRect().top - top, behavior: "instant" });
}

if (list) {
  const isReturn = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const kept = isReturn && history.state?.feed;
  if (kept) await bringBack(kept);
  each(".feed-more a[rel=next]", (link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      more(link);
    });
    ahead.observe(link);
  });
  let pause;
  addEventListener("scroll", () => {
    clearTimeout(pause);
    pause = setTimeout(remember, 150);
  }, { passive: true });
  addEventListener("click", remember, { capture: true });
}

// --- reading on ---
document.addEventListener("click", (event) => {
  const link = event.target.closest(".more-text");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    link.previousElementSibling.classList.remove("long");
    link.hidden = true;
    return;
  }
  // The words of a post lead to its page, unless somebody marks text or means something inside them.
  const words = event.target.closest(".feed .post > .prose");
  if (!words || event.target.closest("a, button, summary") || String(getSelection())) return;
  const address = words.closest(".post").querySelector(".when")?.href;
  if (address) location.assign(address);
});
