// Forms from the builder: what follows from an answer comes and goes without leaving the page, and tickets like this one are offered.

const PAUSE = 400;

// The form as the server shows it after these answers; files stay out of it.
async function shownAnew(form) {
  const body = new FormData(form);
  body.delete("files");
  body.set("refresh", "yes");
  const answer = await fetch(location.href, { method: "POST", body }).catch(() => null);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".sheet") : null;
}

// Only rows that come or go are exchanged: where somebody types, nothing moves.
async function follow(sheet) {
  const shown = await shownAnew(sheet.closest("form"));
  if (!shown) return;
  const rows = [...sheet.children];
  [...shown.children].forEach((row, place) => {
    if (rows[place] && rows[place].hidden !== row.hidden) rows[place].replaceWith(row);
  });
}

let waiting = 0;

async function offer(field) {
  const place = document.querySelector("[data-similar]");
  const address = `${place.dataset.similar}?${new URLSearchParams({ q: field.value })}`;
  const answer = await fetch(address).catch(() => null);
  if (answer?.ok && field.value) place.innerHTML = await answer.text();
  else place.replaceChildren();
}

document.addEventListener("change", (event) => {
  const sheet = event.target.closest?.(".sheet");
  if (sheet?.querySelector("[name=refresh]") && event.target.type !== "file") follow(sheet);
});

document.addEventListener("input", (event) => {
  if (event.target.name !== "subject" || !document.querySelector("[data-similar]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(offer, PAUSE, event.target);
});
