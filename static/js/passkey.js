// Passkeys: <form data-passkey="login|use|make"> asks the device, puts its answer into "credential" and is sent.
// Options come from the server: fetched for a login, else from the JSON element that data-options names.
const isSupported = window.PublicKeyCredential && navigator.credentials;

for (const form of document.querySelectorAll("form[data-passkey]")) {
  show(form);
  if (!isSupported) continue;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form, event.submitter);
  });
}
document.querySelectorAll("[data-passkey-only]").forEach(show);
if (isSupported) {
  for (const button of document.querySelectorAll("[data-passkey-second]")) button.classList.replace("primary", "line");
}

// Where room was kept for it ("coming"), nothing jumps.
function show(element) {
  element.hidden = !isSupported;
  element.classList.remove("coming");
}

async function answer(form, button) {
  const error = form.querySelector("[data-passkey-error]");
  error.hidden = true;
  button.disabled = true;
  try {
    const credential = form.dataset.passkey === "make" ? await make(form) : await use(await options(form));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch (refused) {
    button.disabled = false;
    // Closing the device's own window is an answer, not a fault.
    error.hidden = refused.name === "AbortError";
  }
}

async function options(form) {
  if (form.dataset.passkey !== "login") return given(form).request_options;
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error("no options");
  return (await response.json()).request_options;
}

const given = (form) => JSON.parse(document.getElementById(form.dataset.options).textContent);

async function use({ publicKey }) {
  const asked = { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: named(publicKey.allowCredentials) };
  return told(await navigator.credentials.get({ publicKey: asked }));
}

async function make(form) {
  const { publicKey } = given(form).creation_options;
  const alone = form.elements.passwordless?.checked ?? true;
  const wish = { residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
  if (alone) wish.userVerification = "required";
  const asked = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: named(publicKey.excludeCredentials),
    authenticatorSelection: { ...publicKey.authenticatorSelection, ...wish },
  };
  return told(await navigator.credentials.create({ publicKey: asked }));
}

const named = (list) => list?.map((credential) => ({ ...credential, id: bytes(credential.id) }));

// What the device said, as JSON (WebAuthn level 3 calls this toJSON; not every browser has it).
function told(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = text(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
    said.userHandle = response.userHandle && text(response.userHandle);
  }
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: said,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
