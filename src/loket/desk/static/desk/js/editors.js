// Editors in a form (filters, columns) without leaving the page: their buttons fetch the page that they would load, and take its editor.

const EDITOR = "[data-editor]";

function body(form, button) {
  const data = new FormData(form);
  if (button) data.append(button.name, button.value);
  return data;
}

function spelled(form) {
  return new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value.name ?? value])).toString();
}

// The editor as the server shows it after ``button``; null when it did not answer with the page.
async function answered(editor, button) {
  const answer = await fetch(location.href, { method: "POST", body: body(editor.closest("form"), button) }).catch(() => null);
  if (!answer) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = page.getElementById(editor.id);
  // What the page shows beside the editor of what it would find.
  if (shown) for (const result of page.querySelectorAll("[data-conditions-result]")) document.getElementById(result.id)?.replaceWith(result);
  return shown;
}

async function edit(editor, button) {
  const form = editor.closest("form");
  const before = spelled(form);
  const shown = await answered(editor, button);
  if (!shown) return void form.requestSubmit(button);
  if (!editor.isConnected) return;
  // Typed meanwhile: what came back knows nothing of it.
  if (spelled(form) !== before) return edit(editor, button);
  const focused = editor.contains(document.activeElement) ? document.activeElement.id : "";
  editor.replaceWith(shown);
  (shown.querySelector("[autofocus]") ?? document.getElementById(focused) ?? shown).focus();
  form.dataset.saveBar = "changed";
  form.dispatchEvent(new Event("loket:changed"));
}

async function tell(editor) {
  const shown = await answered(editor, editor.querySelector(".conditions-choose"));
  const words = shown?.querySelector("[data-conditions-words]");
  if (words && editor.isConnected) editor.querySelector("[data-conditions-words]").replaceChildren(...words.childNodes);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(`${EDITOR} button[name$="-edit"]`);
  if (!button || event.defaultPrevented) return;
  event.preventDefault();
  edit(button.closest(EDITOR), button);
});

document.addEventListener("change", (event) => {
  const editor = event.target.closest?.(EDITOR);
  if (!editor) return;
  if (event.target.matches("[data-conditions-choose]")) edit(editor, editor.querySelector(".conditions-choose"));
  else if (editor.querySelector("[data-conditions-words]")) tell(editor);
});

// Enter in a property's field chooses it; anywhere else it saves the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.(`${EDITOR} input[data-conditions-choose]`)) return;
  event.preventDefault();
  const editor = event.target.closest(EDITOR);
  edit(editor, editor.querySelector(".conditions-choose"));
});
