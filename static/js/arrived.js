// What arrives by the socket or with another page of a feed gets its htmx buttons too; what htmx brought has them.
import { each } from "./each.js";

each("[hx-get], [hx-post]", (element) => window.htmx?.process(element));
