// The service worker: shows what is pushed, opens it, and says so where there is no net. It keeps one page and its styles.
const KEPT = "offline-1";
const PAGE = "/offline";

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));

addEventListener("activate", (event) => event.waitUntil(Promise.all([
  clients.claim(),
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))),
])));

// Pages come from the net and from nowhere else; only where there is none, the kept page stands in.
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  else if (request.destination === "style") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});

addEventListener("push", (event) => {
  const told = read(event.data);
  event.waitUntil(registration.showNotification(told.title, {
    body: told.body, icon: told.icon, lang: told.preferred_locale, tag: String(told.notification_id), data: told.url,
  }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(new URL(event.notification.data || "/notifications", location.origin)));
});

// A browser shows something for each push, so there is something to show for one that cannot be read.
function read(data) {
  try {
    return data.json();
  } catch {
    return { title: location.host, body: "", notification_id: "", url: "/notifications" };
  }
}

async function show(address) {
  if (address.origin !== location.origin) return;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const same = open.find((client) => client.url === address.href) ?? open.find((client) => client.focused) ?? open[0];
  if (!same) return void await clients.openWindow(address.href);
  await same.focus();
  if (same.url !== address.href) await same.navigate(address.href);
}

async function keep() {
  const cache = await caches.open(KEPT);
  const page = await fetch(PAGE, { credentials: "omit", cache: "reload" });
  const styles = [...(await page.clone().text()).matchAll(/<link rel="stylesheet" href="([^"]+)"/g)];
  await cache.put(PAGE, page);
  await cache.addAll(styles.map(([, href]) => href));
}
