// A conversation that is open: what others write, change, delete and like appears here without moving what is read.
import { element } from "../dom.js";
import { word } from "../words.js";
import { showPoll } from "../poll.js";
import { makePill } from "./pill.js";
import { keepPlace } from "./place.js";
import { ownComments } from "./reply.js";
import { say } from "./say.js";
import { follow } from "./socket.js";
import { draw, find, isAtTheEnd, isHidden, listFor, makeList, offerOwnPage, put, redraw, redrawPost, showCounts, thread } from "./tree.js";
import { showWriters } from "./writing.js";

const FRESH = 6000; // ms until a new comment looks like the others

export function watchThread(place) {
  const name = place.dataset.stream;
  const root = name.slice(5);
  const waiting = new Map(); // id -> event, in the order they came
  const counted = new Set([...thread.querySelectorAll(".comment[id^='post-']:not(.gone)")].map(({ id }) => id.slice(5)));
  const talk = document.getElementById("talk");
  const dock = document.querySelector(".reply");
  const pill = makePill(dock ?? place, { arrow: "arrow-down", words: "newComments", press });
  const mine = ownComments(root, name, { insert, isHere: find });
  const writers = showWriters(thread);

  const onScreen = new IntersectionObserver(([{ isIntersecting, boundingClientRect }]) => {
    pill.element.classList.toggle("away", !isIntersecting && boundingClientRect.top > 0);
  }, { rootMargin: "0px 0px -120px" });
  onScreen.observe(place);

  follow(name, {
    head: Number(place.dataset.head),
    on: {
      comment: arrive,
      restore: (event) => (event.parent ? comeBack(event) : redrawPost(event.id, draw(event.html))),
      edit: change,
      media: change,
      delete: leave,
      counts: (event) => showCounts(event.id, event),
      poll: (event) => showPoll(event.id, event.poll),
      typing: ({ author, seconds }) => writers.add(author, seconds),
      reset: () => { loadAnew().catch(() => location.reload()); },
    },
  });

  // --- what comes ---
  function arrive(event) {
    if (event.author) writers.remove(event.author.id);
    count(event.id, true);
    showCounts(root, { comments: event.count });
    if (find(event.id)) return;
    if (event.key && mine.settle(event.key, draw(event.html))) return;
    const list = listFor(event.parent, root);
    if (!list) {
      if (find(event.parent)) offerOwnPage(event.parent);
      return;
    }
    if (isHidden(list)) put(draw(event.html), list);
    else if (isAtTheEnd(list)) appear(event);
    else wait(event);
    say("talk", word("saidBy", { name: event.author?.name ?? "" }));
  }

  function change(event) {
    if (waiting.has(event.id)) waiting.set(event.id, { ...waiting.get(event.id), html: event.html });
    else if (event.html) keepPlace(() => (event.parent ? redraw : redrawPost)(event.id, draw(event.html)));
  }

  function leave(event) {
    if (event.parent) count(event.id, false);
    showCounts(root, { comments: event.count });
    if (waiting.delete(event.id)) return show();
    if (event.parent) return keepPlace(() => redraw(event.id, draw(event.html)));
    if (event.id === root) closeTalk();
  }

  function comeBack(event) {
    if (!find(event.id)) return arrive(event);
    count(event.id, true);
    showCounts(root, { comments: event.count });
    keepPlace(() => redraw(event.id, draw(event.html)));
  }

  // --- waiting and showing ---
  function wait(event) {
    waiting.set(event.id, event);
    show();
  }

  function show() {
    pill.show([...waiting.values()].map(({ author }) => author), waiting.size);
  }

  function appear(event) {
    const item = draw(event.html);
    item.classList.add("is-new");
    setTimeout(() => item.classList.remove("is-new"), FRESH);
    insert(item, event.parent);
    return item;
  }

  function insert(item, parent) {
    const list = makeList(parent, root);
    document.getElementById("nobody")?.setAttribute("hidden", "");
    if (list && !put(item, list)) list.insertBefore(item, list.lastElementChild);
  }

  function press() {
    const events = [...waiting.values()];
    waiting.clear();
    show();
    let items;
    keepPlace(() => { items = events.map(appear); });
    const first = items.find((item) => item.offsetParent !== null);
    if (!first) return;
    const row = first.querySelector(".c-row");
    row.tabIndex = -1;
    row.scrollIntoView({ block: "center", behavior: "instant" });
    row.focus({ preventScroll: true });
  }

  // What waits for the end of the talk appears when the reader gets there.
  let pause = 0;
  addEventListener("scroll", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      for (const event of [...waiting.values()]) {
        const list = listFor(event.parent, root);
        if (!list || !isAtTheEnd(list)) continue;
        waiting.delete(event.id);
        appear(event);
        show();
      }
    }, 120);
  }, { passive: true });

  // --- the whole ---
  // Each comment counts once, whether it came with the page, as the answer to a form, or over the socket.
  function count(id, isHere) {
    const isUnknown = !isHere && thread.querySelector(".rest") !== null; // it may be among those not loaded yet
    if (counted.has(id) === isHere && !isUnknown) return;
    if (isHere) counted.add(id);
    else counted.delete(id);
    tally(Number(talk.dataset.talk) + (isHere ? 1 : -1));
  }

  function tally(n) {
    talk.dataset.talk = n;
    talk.textContent = word("comments", { n });
    document.getElementById("nobody")?.toggleAttribute("hidden", n > 0);
  }

  function closeTalk() {
    const post = document.querySelector(`article.post[data-post="${root}"]`);
    keepPlace(() => post?.replaceChildren(element("p", { class: "clip meta" }, word("postGone"))));
    dock?.setAttribute("hidden", "");
  }

  // The log does not reach back to where this page stands: the page as it is now says what is missing here.
  async function loadAnew() {
    const response = await fetch(location.pathname + location.search);
    if (response.status === 404) return closeTalk();
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const now = fresh.getElementById("talk");
    if (!now) throw new Error("no talk");
    const items = [...fresh.querySelectorAll("#thread .comment[id^='post-']")];
    for (const item of items) {
      const id = item.id.slice(5);
      const parent = item.parentElement.id === "thread" ? root : item.parentElement.id.slice(8);
      if (find(id)) keepPlace(() => redraw(id, item));
      else if (!waiting.has(id)) wait({ id, parent, html: alone(item), author: authorOf(item) });
    }
    for (const { id } of items) counted.add(id.slice(5));
    tally(Number(now.dataset.talk));
  }
}

function alone(item) {
  const copy = item.cloneNode(true);
  copy.querySelector(":scope > .replies")?.replaceChildren();
  return copy.outerHTML;
}

function authorOf(item) {
  const name = item.querySelector(".name");
  const face = item.querySelector(".avatar")?.cloneNode(true);
  face?.classList.add("xs");
  return { id: name?.getAttribute("href") ?? item.id, name: name?.textContent ?? "", face: face?.outerHTML ?? "" };
}
