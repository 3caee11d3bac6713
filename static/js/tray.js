// The files of the composer: sent ahead as soon as they are chosen, described, put in order, taken away again.
import { aiming } from "./aim.js";
import { comingRow, memoriesOf, waitingFor } from "./coming.js";
import { parse } from "./dom.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

// `changed` is called whenever the files, their order or their words are others than before.
export function openTray(form, changed) {
  const list = form.querySelector(".items");
  const most = Number(form.dataset.maxFiles);

  function add(files) {
    const fresh = [...files].filter((file) => !goOn(file));
    const room = Math.max(0, most - list.children.length);
    for (const file of fresh.slice(0, room)) list.append(row(file));
    if (fresh.length > room) toast(word("tooManyFiles", { n: most }), { kind: "error" });
    changed();
  }

  // A file that was on its way before the page was loaded again goes on in its row.
  function goOn(file) {
    const waiting = waitingFor(list, file);
    if (!waiting) return false;
    const next = row(file);
    keepWords(waiting, next);
    waiting.replaceWith(next);
    return true;
  }

  const place = { base: form.dataset.uploadUrl, pick: () => form.querySelector("#files").click(), changed, arrived };

  function row(file) {
    return comingRow(file, place);
  }

  // The row of a file that has arrived takes the place of the one that showed its way.
  async function arrived(item, id) {
    const answer = await fetch(`${place.base}/${id}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) {
      if (answer?.status === 404) item.querySelector("[data-stop]").click();
      else if (item.isConnected) setTimeout(arrived, 2000, item, id);
      return;
    }
    const [fresh] = parse(await answer.text());
    if (!item.isConnected) return;
    keepPicture(item, fresh);
    keepWords(item, fresh);
    item.replaceWith(fresh);
    window.htmx?.process(fresh);
    changed();
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move], [data-remove]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest(".item");
    if ("remove" in button.dataset) takeAway(item);
    else move(item, button);
    changed();
  });

  function takeAway(item) {
    const after = item.nextElementSibling;
    const near = after ?? item.previousElementSibling;
    item.remove();
    (near?.querySelector("textarea") ?? form.querySelector("textarea")).focus();
    toast(word("fileRemoved"), { undo: () => { list.insertBefore(item, after?.isConnected ? after : null); changed(); } });
  }

  function move(item, button) {
    const isUp = button.dataset.move === "up";
    const other = isUp ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (isUp) other.before(item);
    else other.after(item);
    button.focus();
  }

  dragging(list, changed);
  aiming(list, changed);
  list.addEventListener("input", ({ target }) => { count(target); changed(); });
  return {
    add,
    isBusy: () => Boolean(list.querySelector(".uploading")),
    broken: () => list.querySelector(".broken, .paused"),
    html: () => [...list.querySelectorAll(".item[data-attachment]")].map(frozen),
    coming: () => memoriesOf(list),
    put(rows, memories = []) {
      list.replaceChildren(...rows.flatMap(parse));
      for (const memory of memories) {
        list.append(row(memory));
        list.lastElementChild.querySelector("textarea").value = memory.description;
      }
      window.htmx?.process(list);
    },
    isEmpty: () => !list.children.length,
  };
}

// While the server still prepares a picture, the one from this device stands in.
function keepPicture(item, arrived) {
  const own = item.querySelector(".thumb img");
  const place = arrived.querySelector(".thumb");
  if (own && !place.querySelector("img")) place.replaceChildren(own);
}

// What was said about it while it was on its way.
function keepWords(item, arrived) {
  const said = item.querySelector("textarea"), field = arrived.querySelector("textarea");
  if (!said.value) return;
  field.value = said.value;
  count(field);
  if (document.activeElement === said) requestAnimationFrame(() => field.focus());
}

function count(field) {
  const line = field.closest(".field")?.querySelector(".line");
  if (!line) return;
  line.querySelector("[data-counter]").textContent = `${field.value.length} / ${field.maxLength}`;
  const missing = line.querySelector("[data-missing]");
  if (missing) missing.hidden = Boolean(field.value.trim());
}

// A row as HTML with the words typed into it, as a draft keeps it.
function frozen(item) {
  const copy = item.cloneNode(true);
  copy.querySelector("textarea").textContent = item.querySelector("textarea").value;
  for (const slider of item.querySelectorAll("input[type=range]")) copy.querySelector(`[name="${slider.name}"]`).setAttribute("value", slider.value);
  for (const part of copy.querySelectorAll("[style]")) part.removeAttribute("style"); // the policy lets none come back
  for (const picture of copy.querySelectorAll('img[src^="blob:"]')) picture.remove();
  return copy.outerHTML;
}

// With a mouse, files are dragged by their picture; fingers and keys have the arrows.
function dragging(list, changed) {
  let dragged = null;
  list.addEventListener("pointerover", ({ target }) => {
    const handle = target.closest(".thumb");
    if (handle) handle.draggable = true;
  });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(".item");
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(dragged, 20, 20);
    dragged.classList.add("dragged");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest(".item");
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged);
    else over.after(dragged);
  });
  list.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    changed();
  });
}
