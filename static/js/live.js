// What happens elsewhere appears here: comments, edits and likes of the thread that is open, new posts, the bell.
// Without this, every part is a plain page that is loaded again.
import { watchBell } from "./live/bell.js";
import { watchFeed } from "./live/feed.js";
import { showStatus } from "./live/status.js";
import { watchThread } from "./live/thread.js";

const { viewer } = document.body.dataset;
const followed = [...document.querySelectorAll("[data-stream]")];

for (const place of followed) {
  if (place.dataset.stream === "posts") watchFeed(place);
  else if (place.dataset.stream.startsWith("post:")) watchThread(place);
}
if (viewer) watchBell(viewer);
if (viewer || followed.length) showStatus();
