// What this device remembers of files that are on their way: where each goes on after a reload.
const START = `upload:${document.body.dataset.viewer}:`;
const noted = new Map();

// The same file chosen again is known by this.
export const markOf = ({ name, size, lastModified }) => `${name}|${size}|${lastModified}`;

export function bytesOf(mark) {
  return read(mark)?.done ?? 0;
}

// Remembers how much is there; once a second will do.
export function note(mark, done) {
  const now = Date.now();
  if (now - (noted.get(mark) ?? 0) < 1000) return;
  noted.set(mark, now);
  const kept = read(mark);
  if (kept) write(mark, { ...kept, done });
}

// What tus-js-client asks of a place for its addresses.
export const addresses = {
  findAllUploads: async () => [],
  findUploadsByFingerprint: async (mark) => {
    const kept = read(mark);
    return kept ? [{ ...kept, urlStorageKey: mark }] : [];
  },
  removeUpload: async (mark) => { forget(mark); },
  addUpload: async (mark, upload) => {
    write(mark, upload);
    return mark;
  },
};

export function forget(mark) {
  try {
    localStorage.removeItem(START + mark);
  } catch { /* nothing was kept */ }
}

function read(mark) {
  try {
    return JSON.parse(localStorage.getItem(START + mark));
  } catch {
    return null;
  }
}

function write(mark, upload) {
  try {
    localStorage.setItem(START + mark, JSON.stringify(upload));
  } catch { /* a full store must not stop an upload */ }
}
