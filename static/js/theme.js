// A theme chosen in a form shows at once; saving it is the form's business.
document.addEventListener("change", ({ target }) => {
  if (target.name !== "theme") return;
  if (target.value === "light" || target.value === "dark") document.documentElement.dataset.theme = target.value;
  else delete document.documentElement.dataset.theme;
});
