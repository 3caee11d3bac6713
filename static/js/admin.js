// Lists on phones: each cell says what column it belongs to, so that rows can stand as blocks (css/admin.css).
for (const table of document.querySelectorAll("#result_list")) {
  const heads = [...table.querySelectorAll("thead th")];
  const names = heads.map((head) => head.classList.contains("action-checkbox-column") ? "" : head.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr")) {
    [...row.children].forEach((cell, i) => {
      cell.dataset.label = names[i] ?? "";
      cell.classList.toggle("none", ["", "-", "–"].includes(cell.textContent.trim()) && !cell.querySelector("input,img,svg,.avatar"));
    });
  }
  table.classList.add("labelled");
}

// Django's fields that search while one types do not say their names.
addEventListener("load", () => {
  for (const box of document.querySelectorAll(".form-row :is(.select2-selection,.select2-selection__rendered)")) {
    const label = box.closest(".form-row").querySelector("label");
    label.id ||= `${label.htmlFor}_label`;
    box.setAttribute("aria-labelledby", label.id);
  }
});
