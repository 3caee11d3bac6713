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
