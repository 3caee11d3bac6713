// The bell's own page: looking at it is reading it, and what comes meanwhile waits behind a pill.
import { element } from "../dom.js";
import { csrfToken } from "../http.js";
import { makePill } from "./pill.js";

const form = document.querySelector("[data-seen-on-view]");
const page = document.querySelector("[data-bell-page]");
let count = 0, pill;

function look() {
  if (document.hidden || !form) return;
  document.removeEventListener("visibilitychange", look);
  const headers = { "X-CSRFToken": csrfToken(), "X-Live": "1" };
  fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)), keepalive: true });
}

document.addEventListener("visibilitychange", look);
look();

document.addEventListener("bell", () => {
  count += 1;
  if (!pill) {
    const lane = element("div", { class: "pill-lane top-lane over" });
    page.before(lane);
    pill = makePill(lane, { arrow: "arrow-up", words: "newNotifications", press: () => location.reload() });
  }
  pill.show([], count);
});
