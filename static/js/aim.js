// What matters in a picture: a tap on it moves the two sliders, the sliders move the mark and the small view beside.
export function aiming(list, changed) {
  for (const aim of list.querySelectorAll(".aim")) show(aim);
  list.addEventListener("click", ({ target, clientX, clientY, detail }) => {
    const place = target.closest(".aim-at");
    if (!place || !detail) return;
    const box = place.querySelector("img").getBoundingClientRect();
    const [x, y] = sliders(place.closest(".aim"));
    x.value = (2 * (clientX - box.left)) / box.width - 1;
    y.value = 1 - (2 * (clientY - box.top)) / box.height;
    show(place.closest(".aim"));
    changed();
  });
  list.addEventListener("input", ({ target }) => {
    const aim = target.closest(".aim");
    if (aim) show(aim);
  });
  list.addEventListener("toggle", ({ target }) => {
    const aim = target.closest?.(".aim");
    if (aim) show(aim);
  }, true);
  new MutationObserver(() => {
    for (const aim of list.querySelectorAll(".aim:not(.ready)")) show(aim);
  }).observe(list, { childList: true, subtree: true });
}

function sliders(aim) {
  return [...aim.querySelectorAll("input[type=range]")];
}

function show(aim) {
  const [x, y] = sliders(aim);
  if (!x) return;
  aim.classList.add("ready");
  // Places are classes, as on cards: a draft keeps the row as HTML, and the policy lets no style in it through.
  const place = `fx-${Math.round(10 * (1 + Number(x.value)))} fy-${Math.round(10 * (1 - Number(y.value)))}`;
  const mark = aim.querySelector(".aim-mark");
  mark.hidden = false;
  mark.setAttribute("class", `aim-mark ${place}`);
  aim.closest(".item").querySelector(".thumb img")?.setAttribute("class", place);
}
