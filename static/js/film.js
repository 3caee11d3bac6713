// Films: our own controls over a plain <video>, which stays for readers without script; and loops that move by themselves.
import { each } from "./each.js";

each("[data-film]", (box) => import("./player/film.js").then(({ enhance }) => enhance(box)));
each("video[data-loop]", (film) => import("./player/loop.js").then(({ run }) => run(film)));
