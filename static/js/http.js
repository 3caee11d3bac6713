// Asking the server from a script: with the token of the page, and with an answer for every way it can fail.
import { word } from "./words.js";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function csrfToken() {
  try {
    return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  } catch {
    return "";
  }
}

// Sends a form's fields; returns the response, or throws Refused with a sentence that can be shown.
export async function send(address, fields = {}) {
  let response;
  try {
    response = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json, text/html;q=0.5", "HX-Request": "true" },
    });
  } catch {
    throw new Refused(0, word("unreachable"));
  }
  if (response.redirected && new URL(response.url).pathname.startsWith("/accounts/login")) throw new Refused(401, word("signedOut"));
  if (!response.ok) throw new Refused(response.status, await sentence(response));
  return response;
}

async function sentence(response) {
  const type = response.headers.get("Content-Type") ?? "";
  const said = type.startsWith("application/json") ? (await response.json().catch(() => ({}))).error
    : type.startsWith("text/plain") ? await response.text() : "";
  if (said) return said;
  if (response.status === 401) return word("signedOut");
  return response.status === 429 ? word("wait") : word("refused");
}
