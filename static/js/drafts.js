// Drafts live on this device. One that was sent is forgotten when the post it became is on the screen, not before.
const START = `draft:${document.body.dataset.viewer}:`;

export function draft(name) {
  const key = START + name;
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    // Returns whether the device kept it; a full or forbidden store must not break writing.
    write(content) {
      try {
        localStorage.setItem(key, JSON.stringify(content));
        return true;
      } catch {
        return false;
      }
    },
    forget() {
      try {
        localStorage.removeItem(key);
      } catch { /* nothing was kept */ }
    },
  };
}

if (/^\/posts\/\d+$/.test(location.pathname)) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(START) && JSON.parse(localStorage.getItem(key))?.isSent) localStorage.removeItem(key);
    }
  } catch { /* no store */ }
}
