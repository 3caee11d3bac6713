// One socket for the page. Every stream is followed by number: what is at or below the cursor is dropped, a gap is asked
// for again, and after a lost connection the server sends what came after the cursor. Numbers never go back except by
// "reset", which tells to load the page's part anew.
const FIRST = 500; // ms before the first try to come back; doubles up to MOST, by half at random
const MOST = 30_000;
const HERD = 10_000; // after a restart of the server everybody comes back, spread over this
const GRACE = 2_000; // ms in which what a heartbeat announces may still be on its way
const SIGNED_OUT = 4401;
const NO_RIGHTS = 4403;
const RESTART = 1012;

const streams = new Map(); // name -> { cursor, feed, on, behind }
const listeners = new Set();
let socket = null, epoch = "", tries = 0, beat = 15, heardAt = 0, timer = 0, isOver = false, status = "starting";

// Follows a stream from ``head`` (null: from now on). ``on`` has a function for each kind of event, and may have
// ``reset`` and ``typing``.
export function follow(name, { head = null, feed, on }) {
  streams.set(name, { cursor: head, feed, on });
  if (socket?.readyState === WebSocket.OPEN && epoch) subscribe(name);
  else connect();
}

export function unfollow(name) {
  if (streams.delete(name)) tell({ type: "unsubscribe", stream: name });
}

export function tell(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

// Calls ``run`` with "live", "waiting" or "over" now and whenever that changes.
export function onStatus(run) {
  listeners.add(run);
  if (status !== "starting") run(status);
}

function say(now) {
  if (now === status) return;
  status = now;
  for (const run of listeners) run(now);
}

function connect() {
  clearTimeout(timer);
  if (isOver || (socket && socket.readyState <= WebSocket.OPEN)) return;
  const address = new URL(document.body.dataset.live, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const mine = (socket = new WebSocket(address));
  heardAt = Date.now();
  mine.onmessage = ({ data }) => { if (mine === socket) hear(JSON.parse(data)); };
  mine.onclose = ({ code }) => { if (mine === socket) lost(code); };
}

function lost(code) {
  socket = null;
  if (code === NO_RIGHTS) return leave();
  say("waiting");
  const wait = code === SIGNED_OUT ? FIRST : code === RESTART ? Math.random() * HERD : Math.min(MOST, FIRST * 2 ** tries) * (0.5 + Math.random() / 2);
  tries += 1;
  clearTimeout(timer);
  if (navigator.onLine !== false) timer = setTimeout(connect, wait);
}

function drop() {
  const old = socket;
  socket = null;
  if (old) old.onclose = old.onmessage = null;
  old?.close();
}

function subscribe(name) {
  const { cursor, feed } = streams.get(name);
  tell({ type: "subscribe", stream: name, ...(cursor !== null && { since: cursor, epoch }), ...(feed && { feed }) });
}

function hear(frame) {
  heardAt = Date.now();
  if (frame.type === "hello") return greet(frame);
  const stream = streams.get(frame.stream);
  if (frame.type === "heads") return compare(frame.heads);
  if (!stream) return;
  if (frame.type === "event") take(frame.stream, stream, frame);
  else if (frame.type === "backlog") {
    stream.cursor ??= frame.upto - (frame.events.length ? 1 : 0);
    for (const event of frame.events) take(frame.stream, stream, event);
    stream.cursor = Math.max(stream.cursor, frame.upto);
  } else if (frame.type === "reset") {
    stream.cursor = frame.head;
    epoch = frame.epoch;
    stream.on.reset?.();
  } else if (frame.type === "typing") stream.on.typing?.(frame);
  else if (frame.type === "error" && frame.code === "unknown") streams.delete(frame.stream);
}

// The session this page was made for is over, or is somebody else's by now: this page can only be loaded anew.
function leave() {
  isOver = true;
  drop();
  say("over");
}

function greet(hello) {
  if (hello.viewer !== document.body.dataset.viewer) return leave();
  beat = hello.beat;
  const known = epoch || hello.epoch;
  epoch = known; // the old one is sent along, so that the server sees whether our numbers are of its history
  for (const name of streams.keys()) subscribe(name);
  epoch = hello.epoch;
  tries = 0;
  say("live");
}

function take(name, stream, event) {
  if (event.n <= stream.cursor) return;
  if ((event.from ?? event.n) > stream.cursor + 1) return subscribe(name);
  stream.cursor = event.n;
  stream.on[event.kind]?.(event);
}

function compare(heads) {
  const behind = () => Object.keys(heads).filter((name) => streams.has(name) && heads[name] > streams.get(name).cursor);
  if (behind().length) setTimeout(() => behind().forEach(subscribe), GRACE);
}

// A line can die without a word: nobody is heard for longer than two heartbeats.
setInterval(() => {
  if (socket?.readyState === WebSocket.OPEN && Date.now() - heardAt > beat * 2500) again();
}, 5000);

function again() {
  drop();
  say("waiting");
  tries = 0;
  connect();
}

addEventListener("online", again);
addEventListener("offline", () => {
  drop();
  say("waiting");
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !streams.size) return;
  if (!socket) {
    tries = 0;
    connect();
  } else if (Date.now() - heardAt > beat * 1500) again();
});
addEventListener("pagehide", drop); // a page with an open socket is not kept for the back button
addEventListener("pageshow", ({ persisted }) => { if (persisted && streams.size) again(); });
