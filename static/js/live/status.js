// The dot beside the talk says whether it is live; only when that takes longer, a toast explains.
import { toast } from "../toast.js";
import { word } from "../words.js";
import { onStatus } from "./socket.js";

const PATIENCE = 5000;

export function showStatus() {
  let timer = 0, box = null;
  onStatus((status) => {
    clearTimeout(timer);
    for (const dot of document.querySelectorAll("[data-live-dot]")) {
      dot.hidden = false;
      dot.classList.toggle("off", status !== "live");
      dot.textContent = word(status === "live" ? "live" : "waiting");
    }
    if (status === "live") {
      box?.remove();
      box = null;
    } else if (status === "over") {
      toast(word("signedOut"), { kind: "error" });
    } else {
      timer = setTimeout(() => { box ??= toast(word("lost")); }, PATIENCE);
    }
  });
}
