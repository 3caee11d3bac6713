// The counts of a poll as they change. Voting itself is a form that htmx sends.

export function showPoll(id, figures) {
  for (const form of document.querySelectorAll(`form.poll[data-poll="${id}"]`)) {
    const voters = form.querySelector("[data-voters]");
    if (!figures || (figures.over && !form.querySelector(".most"))) redraw(form);
    voters.textContent = (figures?.voters === 1 ? voters.dataset.one : voters.dataset.many).replace("%(n)s", figures?.voters ?? 0);
    if (figures?.votes && !("open" in form.dataset)) paint(form, figures);
  }
}

function paint(form, { votes, voters }) {
  const all = "several" in form.dataset ? voters : sum(votes);
  form.querySelectorAll(".answer").forEach((answer, n) => {
    const bar = answer.querySelector("progress");
    if (!bar) return;
    bar.max = all || 1;
    bar.value = votes[n];
    answer.querySelector("[data-share]").textContent = `${all ? Math.round((100 * votes[n]) / all) : 0} %`;
  });
}

const sum = (numbers) => numbers.reduce((all, n) => all + n, 0);

// The end of a poll, and one that was changed, are drawn by the server.
function redraw(form) {
  const select = `form.poll[data-poll="${form.dataset.poll}"]`;
  window.htmx.ajax("GET", `/posts/${form.dataset.poll}`, { target: form, swap: "outerHTML", select });
}
