// Deleting, muting and blocking from a menu: done at once, with ten seconds to take it back.
import { send } from "./http.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  const place = button?.form?.closest(".feed > li, .comment");
  if (!place || !("away" in button.dataset)) return;
  event.preventDefault();
  away(place, button);
});

async function away(place, { dataset, formAction }) {
  const near = place.nextElementSibling ?? place.previousElementSibling;
  const hadFocus = place.contains(document.activeElement);
  const hidden = cover(place);
  if (hadFocus) near?.querySelector("a[href], button")?.focus({ preventScroll: true });
  try {
    await send(formAction);
  } catch (refused) {
    show(hidden);
    return toast(refused.message, { kind: "error" });
  }
  toast(word(dataset.away), { undo: () => back(hidden, dataset.restore, formAction) });
}

async function back(hidden, restore, address) {
  try {
    await (restore ? send(restore) : send(address, { undo: "1" }));
    show(hidden);
  } catch (refused) {
    toast(refused.message, { kind: "error" });
  }
}

// A comment with answers keeps its place; all else leaves the page.
function cover(place) {
  const hasAnswers = place.querySelector(":scope > .replies > *");
  const covered = [hasAnswers ? place.querySelector(":scope > .c-row") : place];
  for (const element of covered) element.hidden = true;
  return covered;
}

function show(covered) {
  for (const element of covered) element.hidden = false;
}
