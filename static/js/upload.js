// One file on its way, in parts (tus): it goes on after a broken connection, a reload or a restart of the server.
// Two files are sent at a time; a large one in two parts side by side.
import { csrfToken } from "./http.js";
import { addresses, forget, markOf, note } from "./kept.js";
import { language, word } from "./words.js";

const AT_ONCE = 2;
const PARTS = 2;
const SPLIT = 48 * 2 ** 20; // bytes from which on a file is sent in parts
const PIECE = 32 * 2 ** 20; // bytes of one request: some proxies keep a request back until it is whole
const HEAD = 4096; // bytes that tell what a file is
const DELAYS = [0, 1000, 2000, 4000, 8000, 8000, ...Array(60).fill(15_000)];
const WORTH_IT = new Set([0, 409, 423, 429, 500, 502, 503, 504]); // answers after which it is tried again
const waiting = [];
let running = 0;

// Sends `file`; `show` has progress(done, all, speed, seconds), silent(), done(id), failed(sentence).
// Returns { pause, go, stop }.
export function upload(base, file, show) {
  const mark = markOf(file);
  const speed = meter();
  const places = new Set();
  let client = null, isWanted = true, isChecked = false, release = null;

  async function run() {
    release = await turn(() => isWanted);
    if (!release) return;
    try {
      if (!isChecked) await ask(base, file);
      isChecked = true;
      const { Upload } = await library();
      if (!isWanted) return over();
      client = new Upload(file, options());
      const [previous] = await client.findPreviousUploads();
      if (previous) client.resumeFromPreviousUpload(previous);
      if (isWanted) client.start();
      else over();
    } catch (error) {
      fail(error.message);
    }
  }

  const options = () => ({
    endpoint: `${base}/tus`,
    chunkSize: PIECE,
    parallelUploads: file.size >= SPLIT ? PARTS : 1,
    retryDelays: DELAYS,
    metadata: { filename: file.name },
    metadataForPartialUploads: { filename: file.name },
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    fingerprint: async () => mark,
    urlStorage: addresses,
    removeFingerprintOnSuccess: true,
    onShouldRetry: (error, _tries, { parallelUploads }) => parallelUploads === 1 && isWorthIt(error),
    onAfterResponse: (request, response) => {
      const status = response.getStatus();
      // The client takes any refused HEAD for "not there" and would begin anew: a server that restarts says such things.
      if (request.getMethod() === "HEAD" && WORTH_IT.has(status)) throw new Error(`status ${status}`);
      const place = response.getHeader("Location") ?? request.getURL();
      if (status < 300 && place.includes("/tus/")) places.add(place);
    },
    onProgress: (done, all) => {
      note(mark, done);
      show.progress(done, all, ...speed(done, all));
    },
    onSuccess: ({ lastResponse }) => {
      over();
      show.done(lastResponse.getHeader("Upload-Attachment"));
    },
    onError: (error) => {
      if (isWorthIt(error) && isWanted) again(3000); // the last step, which the client does not try again by itself
      else fail(sentenceOf(error));
    },
  });

  function isWorthIt(error) {
    const isIt = WORTH_IT.has(error.originalResponse?.getStatus() ?? 0) && isWanted;
    if (isIt) show.silent();
    return isIt;
  }

  function again(delay = 0) {
    if (!client) return;
    client.abort();
    client = null;
    over();
    setTimeout(() => { if (isWanted && !client) run(); }, delay);
  }

  function fail(sentence) {
    if (!isWanted) return;
    halt();
    show.failed(sentence);
  }

  function over() {
    release?.();
    release = null;
  }

  function halt() {
    isWanted = false;
    client?.abort();
    client = null;
    over();
    removeEventListener("online", back);
  }

  const back = () => again();
  addEventListener("online", back);
  run();
  return {
    pause: halt,
    go() {
      isWanted = true;
      addEventListener("online", back);
      run();
    },
    stop() {
      halt();
      forget(mark);
      for (const place of places) end(place);
    },
  };
}

// Asks whether the file would be taken, before anything of it is sent; throws the sentence why not.
async function ask(base, file) {
  const answer = await fetch(`${base}/check?size=${file.size}`, {
    method: "POST", body: file.slice(0, HEAD), headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
  }).catch(() => null);
  if (!answer || answer.ok || answer.status >= 500 && answer.status !== 507) return; // it will turn out on the way
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.error ?? word(answer.status === 429 ? "wait" : answer.status === 401 || answer.status === 403 ? "signedOut" : "uploadRefused"));
}

// Lets two run at a time, in the order they came; resolves to what ends one's turn, or to nothing if it is not wanted any more.
function turn(isWanted) {
  return new Promise((ready) => {
    waiting.push(() => {
      if (!isWanted()) return ready(null);
      running += 1;
      ready(() => { running -= 1; next(); });
    });
    next();
  });
}

function next() {
  while (running < AT_ONCE && waiting.length) waiting.shift()();
}

async function library() {
  await import("../vendor/tus.min.js");
  return window.tus;
}

function end(place) {
  fetch(place, { method: "DELETE", keepalive: true, headers: { "X-CSRFToken": csrfToken(), "Tus-Resumable": "1.0.0" } }).catch(() => {});
}

function sentenceOf(error) {
  const answer = error.originalResponse;
  if (!answer) return word("uploadStopped");
  try {
    return JSON.parse(answer.getBody()).error ?? word("uploadRefused");
  } catch {
    return word(answer.getStatus() === 401 || answer.getStatus() === 403 ? "signedOut" : "uploadRefused");
  }
}

// Bytes a second over the last few seconds, and the seconds that are left at that speed.
function meter() {
  const seen = [];
  return (done, all) => {
    const now = performance.now();
    seen.push([now, done]);
    while (seen.length > 2 && now - seen[0][0] > 5000) seen.shift();
    const [then, before] = seen[0];
    const rate = now - then > 500 ? ((done - before) * 1000) / (now - then) : NaN;
    return [rate, (all - done) / rate];
  };
}

const size = new Intl.NumberFormat(language, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });
export const megabytes = (bytes) => size.format(bytes / 1e6);
