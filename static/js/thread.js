// "12 more replies" unfolds in place; without script the link opens them as a page.
import { parse } from "./dom.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.fold[data-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    unfold(link.closest("li"), await load(link.href));
  } catch {
    link.ariaBusy = "false";
    toast(word("loadFailed"), { kind: "error" });
  }
});

async function load(address) {
  const response = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!response.ok) throw new Error(response.status);
  return parse(await response.text());
}

function unfold(place, items) {
  const fresh = items.filter((item) => !item.id || !document.getElementById(item.id));
  place.replaceWith(...fresh);
  fresh[0]?.querySelector("a, button")?.focus({ preventScroll: true });
}
