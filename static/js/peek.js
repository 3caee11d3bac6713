// A password can be looked at while it is typed: on a phone's keys nobody is sure otherwise.
import { iconButton } from "./dom.js";
import { each } from "./each.js";
import { word } from "./words.js";

each(".field > input[type=password]", (field) => {
  const button = iconButton("eye", word("showPassword"), "peek");
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false)); // so that browsers keep it as a password
  field.after(button);

  function show(isShown) {
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.querySelector("use").setAttribute("href", `${document.body.dataset.icons}#${isShown ? "eye-off" : "eye"}`);
  }
});
