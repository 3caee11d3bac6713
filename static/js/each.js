// Runs a function once for every element that matches, now and whenever one is added: by htmx, a feed page, the socket.
const seen = new WeakMap();
const rules = [];

export function each(selector, run) {
  rules.push([selector, run]);
  visit(document.body, [[selector, run]]);
}

function visit(root, which) {
  for (const [selector, run] of which) {
    if (root.matches(selector)) once(root, run);
    for (const element of root.querySelectorAll(selector)) once(element, run);
  }
}

function once(element, run) {
  const done = seen.get(element) ?? new Set();
  if (done.has(run)) return;
  seen.set(element, done.add(run));
  run(element);
}

new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) visit(node, rules);
  }
}).observe(document.body, { childList: true, subtree: true });
