// Keeps "12 min" true, by the same steps as ago_words on the server, and shows moments in the reader's own time zone.
import { each } from "./each.js";
import { language, word } from "./words.js";

const MINUTE = 60, HOUR = 3600, DAY = 86_400, WEEK = 604_800;
// One way of writing days in English, whatever the country: the server says "18 Nov" as well.
const dated = language.startsWith("en") ? "en-GB" : language;
const whole = new Intl.DateTimeFormat(dated, { dateStyle: "medium", timeStyle: "short" });
const fresh = new Set();

function words(seconds) {
  if (seconds < MINUTE) return word("now");
  if (seconds < HOUR) return word("minutes", { n: Math.floor(seconds / MINUTE) });
  if (seconds < DAY) return word("hours", { n: Math.floor(seconds / HOUR) });
  return word("days", { n: Math.floor(seconds / DAY) });
}

function update(time) {
  const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
  if (!time.isConnected || seconds >= WEEK) return fresh.delete(time);
  const text = words(seconds);
  if (time.textContent !== text) time.textContent = text;
}

each("time[data-ago]", (time) => {
  time.title = whole.format(new Date(time.dateTime));
  fresh.add(time);
});
each("time[data-moment]", (time) => {
  time.textContent = whole.format(new Date(time.dateTime));
});

const updateAll = () => { if (!document.hidden) fresh.forEach(update); };
setInterval(updateAll, 20_000);
document.addEventListener("visibilitychange", updateAll);
