// Like, share and save answer at once; when the server refuses, the button goes back and a toast says why.
import { send } from "./http.js";
import { toast } from "./toast.js";

const marks = new Map(); // address -> { known: what the server has, wanted: what the button shows, busy }

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.react) return;
  event.preventDefault();
  const address = button.getAttribute("formaction");
  const isPressed = button.ariaPressed === "true";
  const mark = marks.get(address) ?? { known: isPressed, busy: false };
  marks.set(address, mark);
  mark.wanted = !isPressed;
  paint(address, mark.wanted);
  if (!mark.busy) settle(address, mark);
});

// One request at a time for each button; only the last wish counts.
async function settle(address, mark) {
  mark.busy = true;
  while (mark.known !== mark.wanted) {
    const wanted = mark.wanted;
    try {
      await send(address, wanted ? {} : { undo: "1" });
      mark.known = wanted;
    } catch (refused) {
      mark.wanted = mark.known;
      paint(address, mark.known);
      toast(refused.message, { kind: "error" });
    }
  }
  mark.busy = false;
  marks.delete(address);
}

// The same post may stand on a page twice, say as itself and as a share.
function paint(address, isPressed) {
  for (const button of document.querySelectorAll(`button[formaction="${address}"]`)) {
    if ((button.ariaPressed === "true") === isPressed) continue;
    button.ariaPressed = String(isPressed);
    button.value = isPressed ? "1" : "";
    const count = button.querySelector("[data-count]");
    if (!count) continue;
    if (/^\d+$/.test(count.textContent)) count.textContent = Math.max(0, Number(count.textContent) + (isPressed ? 1 : -1));
    button.ariaLabel = `${button.dataset.say}, ${count.textContent}`;
  }
}
