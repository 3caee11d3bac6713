// A day and a time by the reader's own clock: how far that is from UTC goes along with the form.
const place = document.querySelector("[data-later]");
const { due, due_offset: offset } = place.closest("form").elements;

if (due.value && !Number(offset.value)) due.value = local(new Date(`${due.value}Z`));
place.querySelector("[data-zone]").textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
due.addEventListener("input", measure);
measure();

function measure() {
  const moment = new Date(due.value);
  offset.value = Number.isNaN(moment.getTime()) ? 0 : moment.getTimezoneOffset();
}

function local(moment) {
  return new Date(moment - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
