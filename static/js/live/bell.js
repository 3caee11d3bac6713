// How much waits in the bell and in the messages, on every page; the bell also in the title of the window.
import { say } from "./say.js";
import { follow } from "./socket.js";

const MOST = 99;
const title = document.title;

export function watchBell(viewer) {
  follow(`user:${viewer}`, {
    on: {
      notification: ({ unread, words }) => {
        show(unread);
        say("bell", words);
        document.dispatchEvent(new CustomEvent("bell", { detail: { unread } }));
      },
      seen: ({ unread, messages }) => {
        show(unread);
        if (messages !== undefined) count("messages", messages);
      },
      messages: ({ messages }) => count("messages", messages),
      file: ({ id }) => {
        const row = document.getElementById(`state-${id}`); // in the composer, which asks how far the file is
        if (row) window.htmx.trigger(row, "refresh");
      },
    },
  });
}

function show(n) {
  count("bell", n);
  document.title = n ? `(${said(n)}) ${title}` : title;
}

function count(kind, n) {
  for (const badge of document.querySelectorAll(`[data-waits="${kind}"]`)) {
    badge.hidden = n === 0;
    badge.firstElementChild.textContent = said(n);
  }
}

function said(n) {
  return n > MOST ? `${MOST}+` : String(n);
}
