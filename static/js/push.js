// The switch for notifications on this device: asks the browser, and hands the site what it says as an ordinary form.
const part = document.querySelector("[data-push]");
const on = part.querySelector("[data-push-on]");
const off = part.querySelector("[data-push-off]");
const cannot = part.querySelector("[data-push-cannot]");
const words = cannot.querySelector("span");

if (isSecureContext && "serviceWorker" in navigator && "PushManager" in window) {
  on.hidden = false;
  cannot.hidden = true;
  on.addEventListener("submit", async (event) => {
    event.preventDefault();
    const subscription = await subscribe().catch(refused);
    if (!subscription) return;
    const { endpoint, keys } = subscription.toJSON();
    Object.entries({ endpoint, ...keys }).forEach(([name, value]) => { on.elements[name].value = value; });
    on.submit();
  });
  off?.addEventListener("submit", () => navigator.serviceWorker.getRegistration("/").then(forget));
}

async function subscribe() {
  if (await Notification.requestPermission() !== "granted") return refused({ name: "NotAllowedError" });
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  const key = bytes(part.dataset.key);
  const before = await registration.pushManager.getSubscription();
  if (before && !equal(before.options.applicationServerKey, key)) await before.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function forget(registration) {
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

function refused(error) {
  words.textContent = error.name === "NotAllowedError" ? words.dataset.denied : words.dataset.failed;
  cannot.hidden = false;
  return null;
}

function equal(one, other) {
  const seen = new Uint8Array(one ?? []);
  return seen.length === other.length && seen.every((byte, n) => byte === other[n]);
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}
