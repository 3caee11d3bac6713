// The composer: a form that works without any of this. Here it grows, counts, keeps a draft and sends files ahead.
import { draft } from "./drafts.js";
import { toast } from "./toast.js";
import { openTray } from "./tray.js";
import { language, word } from "./words.js";

const KEPT = ["text", "spoiler", "language", "visibility", "is_sensitive", "key"];
const PAUSE = 400; // ms without a key before the draft is kept
const FEW = 200; // characters left from which the count is worth a warning

const form = document.getElementById("composer");
const { text } = form.elements;
const picker = form.querySelector("#files");
const counter = form.querySelector("[data-left]");
const number = new Intl.NumberFormat(language);
const store = draft(["reply_to", "quote_of", "based_on"].reduce((name, field) => `${name}:${form.elements[field]?.value ?? ""}`, form.getAttribute("action")));
const { spoiler } = form.elements;
const tray = openTray(form, changed);
let timer, waiting = null, isSent = false;

form.classList.add("ready");
if (document.activeElement === text) text.setSelectionRange(text.value.length, text.value.length);
picker.removeAttribute("name"); // what is chosen goes ahead by itself
bringBack();
takeChosen();
changed();

// --- files come by choice, paste and drop ---
picker.addEventListener("change", takeChosen);
form.addEventListener("paste", (event) => {
  if (!event.clipboardData.files.length) return;
  event.preventDefault();
  tray.add(event.clipboardData.files);
});
// Also what was chosen before this script was here.
function takeChosen() {
  if (!picker.files.length) return;
  tray.add(picker.files);
  picker.value = "";
}

const bringsFiles = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => {
  if (!bringsFiles(event)) return;
  event.preventDefault();
  form.classList.add("dropping");
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("dropping"); });
addEventListener("drop", (event) => {
  if (!bringsFiles(event)) return;
  event.preventDefault();
  form.classList.remove("dropping");
  tray.add(event.dataTransfer.files);
});

// --- every change ---
form.addEventListener("input", changed);
form.addEventListener("change", changed);

function changed() {
  grow();
  count();
  sayAudience();
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
  if (waiting && !tray.isBusy() && !tray.broken()) form.requestSubmit(waiting);
}

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

function count() {
  const left = Number(form.dataset.maxText) - [...text.value].length;
  counter.textContent = number.format(left);
  counter.ariaLabel = left < 0 ? word("charactersOver", { n: -left }) : word("charactersLeft", { n: left });
  counter.classList.toggle("few", left < FEW);
  counter.classList.toggle("over", left < 0);
}

function sayAudience() {
  const chosen = form.elements.visibility?.value;
  for (const words of document.querySelectorAll("[data-audience]")) words.hidden = words.dataset.audience !== chosen;
}

// --- the draft ---
function fields() {
  const values = {};
  for (const name of KEPT) {
    const field = form.elements[name];
    if (field) values[name] = field.type === "checkbox" ? field.checked : field.value;
  }
  return values;
}

function keep() {
  if (isSent) return;
  const now = fields();
  // What the server sent, not what stood here first: somebody may have written before this script was here.
  const isUntouched = now.text === text.defaultValue && now.spoiler === (spoiler?.defaultValue ?? now.spoiler) && tray.isEmpty();
  if (isUntouched) store.forget();
  else store.write({ ...now, items: tray.html(), coming: tray.coming() });
}

// A draft comes back into a form that nobody has filled in yet, never over what the server sent back with an error.
function bringBack() {
  const kept = store.read();
  if (text.value !== text.defaultValue && text.value !== kept?.text) return;
  if (!kept || form.querySelector(".error") || !tray.isEmpty() && !form.elements.based_on) return;
  for (const name of KEPT) {
    const field = form.elements[name];
    if (!field || kept[name] === undefined) continue;
    if (field.type === "checkbox") field.checked = kept[name];
    else field.value = kept[name];
  }
  if (kept.items?.length || kept.coming?.length) tray.put(kept.items ?? [], kept.coming);
  toast(word("draftBack"), { label: word("discard"), undo: discard });
}

function discard() {
  store.forget();
  isSent = true; // nothing is kept any more from here
  location.reload();
}

// --- sending ---
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".addbar [name=action]"));
});

form.addEventListener("submit", (event) => {
  if (isSent) return event.preventDefault();
  const button = event.submitter;
  const broken = tray.broken();
  if (broken) {
    event.preventDefault();
    broken.querySelector("button.btn, [data-pause]").focus();
    toast(word("fileBroken"), { kind: "error" });
  } else if (tray.isBusy()) {
    event.preventDefault();
    if (!waiting) toast(word("publishedLater"));
    waiting = button;
  } else {
    isSent = true;
    store.write({ ...fields(), items: tray.html(), isSent });
    busy(form.querySelector(".addbar .btn.primary"));
  }
});

function busy(button) {
  button.style.minInlineSize = `${button.offsetWidth}px`;
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy;
}

addEventListener("pagehide", keep);
// Back from the post by the browser's button: the page may still be as it was when it was sent.
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
