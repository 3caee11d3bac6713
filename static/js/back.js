// A page's back arrow goes where one came from, and so to the same place in a list; else where its link says.
const NOT_BACK = /^\/(accounts|compose|posts$)|\/edit$/; // a form one has just left

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-back]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !document.referrer) return;
  const { origin, pathname } = new URL(document.referrer);
  if (origin !== location.origin || pathname === location.pathname || NOT_BACK.test(pathname)) return;
  event.preventDefault();
  history.back();
});
