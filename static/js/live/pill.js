// "3 new posts": faces, a number, and a press that brings them in.
import { element, icon, parse } from "../dom.js";
import { word } from "../words.js";

const FACES = 3;
const MOST = 99;

// Makes the pill inside ``lane``; ``show`` is told the people and the number, ``press`` is what a press does.
export function makePill(lane, { arrow, words, press }) {
  const stack = element("span", { class: "stack", "aria-hidden": "true" });
  const text = element("span");
  const pill = element("button", { class: "pill", type: "button", hidden: "" }, icon(arrow, "small"), stack, text);
  pill.addEventListener("click", press);
  lane.append(pill);
  return {
    element: pill,
    show(people, n) {
      pill.hidden = n === 0;
      if (n === 0) return;
      const different = [...new Map(people.map((person) => [person.id, person])).values()].slice(-FACES);
      stack.hidden = different.length === 0;
      stack.replaceChildren(...different.flatMap(({ face }) => parse(face)));
      const said = word(words, { n });
      text.textContent = n > MOST ? said.replace(String(n), `${MOST}+`) : said;
    },
  };
}
