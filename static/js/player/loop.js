// A short silent film that moves by itself while it is seen, unless the reader wants things to stand still.
import { icon, iconButton } from "../dom.js";
import { word } from "../words.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
let watch;

export function run(film) {
  const button = iconButton("pause", word("pause"), "loop-toggle");
  button.firstElementChild.classList.add("one");
  button.append(icon("play", "other"));
  film.controls = false;
  film.after(button);
  film.dataset.still = calm.matches ? "yes" : "";
  const state = () => {
    button.classList.toggle("still", film.paused);
    button.ariaLabel = word(film.paused ? "play" : "pause");
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation(); // it may lie on a link
    film.dataset.still = film.paused ? "" : "yes";
    move(film, film.paused);
  });
  for (const kind of ["play", "pause"]) film.addEventListener(kind, state);
  state();
  watch ??= new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) move(target, isIntersecting && !target.dataset.still);
  }, { threshold: 0.25 });
  watch.observe(film);
}

function move(film, isSeen) {
  if (isSeen) film.play().catch(() => {});
  else film.pause();
}
