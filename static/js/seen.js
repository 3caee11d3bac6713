// Looking at a page is reading it: its form of class "seen" sends itself once, as soon as the page is in sight.
import { csrfToken } from "./http.js";

const form = document.querySelector("form[data-seen-on-view]");

function look() {
  if (document.hidden || !form) return;
  document.removeEventListener("visibilitychange", look);
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)), keepalive: true });
  form.hidden = true;
}

document.addEventListener("visibilitychange", look);
look();
