// Files go up one by one as soon as they are chosen or dropped; the form then carries only their tokens.

const ours = (form) => form?.matches("form[data-upload-url]");
const list = (form) => form.querySelector("[data-upload-list]");

function say(form, text) {
  const status = form.querySelector("[data-upload-status]");
  if (status) status.textContent = text;
}

// While something runs the form cannot be sent; composer.js looks at the same mark.
function count(form) {
  const isBusy = Boolean(list(form).querySelector("[data-running]"));
  if (isBusy) form.dataset.uploading = "yes";
  else delete form.dataset.uploading;
  for (const button of form.querySelectorAll("[data-send]")) {
    button.disabled = isBusy;
    button.title = isBusy ? form.dataset.textWait : "";
  }
}

function sizeInWords(size) {
  const [value, unit] = size < 1e6 ? [Math.ceil(size / 1e3), "kilobyte"] : [size / 1e6, "megabyte"];
  const digits = unit === "megabyte" ? 1 : 0;
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: digits }).format(value);
}

function newRow(form, file) {
  const row = form.querySelector("[data-upload-template]").content.firstElementChild.cloneNode(true);
  row.querySelector(".upload-name").textContent = file.name;
  const remove = row.querySelector("[data-remove]");
  remove.setAttribute("aria-label", `${remove.getAttribute("aria-label")} ${file.name}`);
  row.querySelector("progress").setAttribute("aria-label", file.name);
  row.file = file;
  list(form).append(row);
  return row;
}

function refuse(form, row, text, isRetryable) {
  row.removeAttribute("data-running");
  row.classList.add("is-refused");
  row.querySelector(".upload-state").textContent = text;
  row.querySelector("progress")?.remove();
  row.querySelector("[data-retry]").hidden = !isRetryable;
  say(form, `${row.file.name}: ${text}`);
  count(form);
}

function accept(form, row, answer) {
  row.removeAttribute("data-running");
  row.querySelector("progress")?.remove();
  row.querySelector(".upload-state").textContent = sizeInWords(answer.size);
  const token = Object.assign(document.createElement("input"), { type: "hidden", name: "upload", value: answer.token });
  row.append(token);
  row.querySelector("[data-remove]").value = answer.token;
  say(form, `${answer.name}: ${form.dataset.textDone}`);
  count(form);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

// Strangers have none: nothing of theirs could be forged.
function proof(form) {
  return form.elements.csrfmiddlewaretoken?.value ?? "";
}

function send(form, row) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("draft", form.dataset.draft ?? "");
  body.append("file", row.file);
  row.request = request;
  row.dataset.running = "yes";
  say(form, `${row.file.name}: ${form.dataset.textRunning}`);
  request.open("POST", form.dataset.uploadUrl);
  request.setRequestHeader("X-CSRFToken", proof(form));
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    row.querySelector("progress").value = event.loaded / event.total;
    row.querySelector(".upload-state").textContent = `${Math.floor((100 * event.loaded) / event.total)} %`;
  });
  request.addEventListener("load", () => {
    const answer = parse(request.responseText);
    if (request.status === 201 && answer.token) accept(form, row, answer);
    else refuse(form, row, answer.error ?? form.dataset.textFailed, request.status >= 429);
  });
  request.addEventListener("error", () => refuse(form, row, form.dataset.textFailed, true));
  request.send(body);
  count(form);
}

// Where the server finds files again after a reload, it has to know which were taken off.
function giveUp(form, button) {
  if (!button.name || !button.value) return;
  const address = new URL(`${button.value}/removal/`, new URL(form.dataset.uploadUrl, location));
  fetch(address, { method: "POST", headers: { "X-CSRFToken": proof(form) }, keepalive: true }).catch(() => {});
}

function add(form, files) {
  for (const file of files) {
    const standing = list(form).querySelectorAll(".upload:not(.is-refused)").length;
    const row = newRow(form, file);
    if (standing >= Number(form.dataset.maxCount)) refuse(form, row, form.dataset.textTooMany, false);
    else if (file.size > Number(form.dataset.maxBytes)) refuse(form, row, form.dataset.textTooBig, false);
    else send(form, row);
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!event.target.matches?.("[data-upload-input]") || !ours(form)) return;
  add(form, [...event.target.files]);
  event.target.value = "";
});

document.addEventListener("click", (event) => {
  const row = event.target.closest?.(".upload");
  const form = row?.closest("form");
  if (!form) return;
  if (event.target.closest("[data-remove]")) {
    event.preventDefault();
    row.request?.abort();
    giveUp(form, event.target.closest("[data-remove]"));
    row.remove();
    count(form);
    form.querySelector("[data-upload-input]")?.focus();
  } else if (event.target.closest("[data-retry]")) {
    row.remove();
    add(form, [row.file]);
  }
});

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    const form = zone?.closest("form");
    if (!ours(form) || !event.dataTransfer?.types.includes("Files")) return;
    const isLeaving = name === "dragleave" && !zone.contains(event.relatedTarget);
    zone.classList.toggle("is-dropping", name !== "drop" && !isLeaving);
    if (name !== "dragleave") event.preventDefault();
    if (name === "drop") add(form, [...event.dataTransfer.files]);
  });
}
