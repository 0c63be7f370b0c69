// Long forms: the save bar comes with the first change, leaving with changes is asked about, errors get the focus.

const initial = new WeakMap();

function written(form) {
  return new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value.name ?? value])).toString();
}

function mark(form) {
  const isChanged = initial.get(form) !== written(form) || form.dataset.saveBar === "changed";
  form.toggleAttribute("data-changed", isChanged);
}

for (const form of document.querySelectorAll("form[data-save-bar]")) {
  initial.set(form, written(form));
  // A form that came back with errors holds changes already.
  if (form.querySelector("[aria-invalid=true]")) form.dataset.saveBar = "changed";
  mark(form);
  form.addEventListener("input", () => mark(form));
  form.addEventListener("change", () => mark(form));
  form.addEventListener("loket:changed", () => mark(form));
  form.addEventListener("submit", (event) => event.submitter?.formTarget || form.removeAttribute("data-changed"));
}

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-save-bar][data-changed]")) event.preventDefault();
});

document.querySelector("[data-focus-here]")?.focus();
