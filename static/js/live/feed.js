// Home and local: newcomers wait behind a pill; a press brings them in above and moves the focus to the newest.
import { element, parse } from "../dom.js";
import { toast } from "../toast.js";
import { word } from "../words.js";
import { makePill } from "./pill.js";
import { say } from "./say.js";
import { follow } from "./socket.js";

const PAGES = 5; // after so many pages of newcomers the list begins anew

export function watchFeed(list) {
  const waiting = new Map(); // id -> author
  const lane = element("div", { class: "pill-lane top-lane over" });
  list.before(lane);
  const pill = makePill(lane, { arrow: "arrow-up", words: "newPosts", press });
  let isBusy = false;

  follow(list.dataset.stream, {
    head: Number(list.dataset.head),
    feed: list.dataset.feed,
    on: {
      post({ id, author }) {
        if (document.getElementById(`post-${id}`)) return;
        waiting.set(id, author);
        show();
        say("feed", word("newPosts", { n: waiting.size }));
      },
      delete({ id }) {
        if (waiting.delete(id)) show();
      },
      reset: () => { bringIn().catch(() => location.reload()); },
    },
  });

  const show = () => pill.show([...waiting.values()], waiting.size);

  async function press() {
    if (isBusy) return;
    isBusy = true;
    try {
      const first = await bringIn();
      if (!first) return;
      scrollTo({ top: 0, behavior: "instant" });
      (first.querySelector("a[href]:not([tabindex='-1'])") ?? first).focus({ preventScroll: true });
    } catch {
      toast(word("loadFailed"), { kind: "error" });
    } finally {
      isBusy = false;
    }
  }

  // Fetches what is newer than the first in the list, nearest first; returns the newest.
  async function bringIn() {
    let first = null;
    for (let page = 0; page < PAGES; page += 1) {
      const fresh = await newer();
      if (!fresh.length) {
        waiting.clear();
        show();
        return first;
      }
      list.prepend(...fresh);
      [first] = fresh;
    }
    location.assign(location.pathname);
    return null;
  }

  async function newer() {
    const address = new URL(list.dataset.newerUrl, location.href);
    const top = list.querySelector("[id^='post-']");
    if (top) address.searchParams.set("after", top.id.slice(5));
    const response = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!response.ok) throw new Error(response.status);
    const known = (item) => item.querySelector("[id^='post-']")?.id ?? "";
    return parse(await response.text()).filter((item) => known(item) && !document.getElementById(known(item)));
  }
}
