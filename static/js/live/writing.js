// "Theo and Noor are writing". Its line is always there, so that it comes and goes without moving anything.
import { element, parse } from "../dom.js";
import { word } from "../words.js";

const FACES = 3;

export function showWriters(thread) {
  const people = new Map(); // id -> { name, face, timer }
  const stack = element("span", { class: "stack", "aria-hidden": "true" });
  const text = element("span");
  const dots = element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
  const line = element("div", { class: "typing idle", role: "status" }, stack, text, dots);
  (document.getElementById("nobody") ?? thread).after(line);

  function show() {
    const all = [...people.values()];
    line.classList.toggle("idle", all.length === 0);
    stack.replaceChildren(...all.slice(0, FACES).flatMap(({ face }) => parse(face)));
    text.textContent = words(all.map(({ name }) => name));
  }

  function remove(id) {
    clearTimeout(people.get(id)?.timer);
    if (people.delete(id)) show();
  }

  return {
    remove,
    add({ id, name, face }, seconds) {
      clearTimeout(people.get(id)?.timer);
      people.set(id, { name, face, timer: setTimeout(() => remove(id), seconds * 1000) });
      show();
    },
  };
}

function words([a, b, c]) {
  if (!a) return "";
  if (c) return word("writingMany");
  return b ? word("writingTwo", { a, b }) : word("writingOneName", { a });
}
