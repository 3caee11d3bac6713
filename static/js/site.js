// The entry: loads the parts that every page may need. Each works on what is there now and on what arrives later.
import "./ago.js";
import "./arrived.js";
import "./back.js";
import "./drafts.js";
import "./feed.js";
import "./film.js";
import "./keys.js";
import "./lightbox.js";
import "./menu.js";
import "./peek.js";
import "./player.js";
import "./react.js";
import "./remove.js";
import "./theme.js";
import "./thread.js";
import "./toast.js";

if (document.getElementById("composer")) import("./compose.js");
if (document.querySelector("[data-later]")) import("./later.js");
if (document.getElementById("subtitling")) import("./captions.js");
