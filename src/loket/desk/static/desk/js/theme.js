// The theme editor: what is typed becomes the draft at once, and the preview follows. Without this, "Show" does it.

const form = document.querySelector("[data-theme-form]");
const preview = document.querySelector("[data-theme-preview]");
let timer;
let running = false;
let waiting = null;

function typing(part) {
  const field = document.activeElement;
  return part.contains(field) && field.matches("input:not([type=file], [type=color], [type=checkbox]), textarea");
}

// Each part of the page that the server shows anew; where somebody types, nothing moves under their hands.
function take(page) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh || fresh.isEqualNode(part)) continue;
    if (typing(part)) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus();
  }
  showPickers();
  const shown = page.querySelector("[data-theme-preview]")?.dataset.themePreview;
  if (shown !== preview.dataset.themePreview) {
    preview.dataset.themePreview = shown;
    preview.requestSubmit();
  }
}

async function save(button) {
  clearTimeout(timer);
  if (running) {
    waiting = { button };
    return;
  }
  running = true;
  const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
  const answer = await fetch(address, { method: "POST", body: new FormData(form, button) }).catch(() => null);
  running = false;
  const isPage = answer && (answer.ok || answer.status === 422) && answer.url.includes("/theme/");
  if (!isPage) return void form.requestSubmit(button ?? undefined);
  if (waiting) {
    const next = waiting.button;
    waiting = null;
    return save(next);
  }
  take(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

function showPickers() {
  for (const picker of form.querySelectorAll("[data-colour-of]")) picker.hidden = false;
}

form.addEventListener("input", (event) => {
  const line = event.target.dataset.colourOf && document.getElementById(event.target.dataset.colourOf);
  if (line) line.value = event.target.value;
  const colour = (line || event.target).value;
  if (/^#[0-9a-f]{6}$/i.test(colour)) event.target.closest(".colour")?.querySelector("rect").setAttribute("fill", colour);
  clearTimeout(timer);
  timer = setTimeout(save, event.target.type === "file" ? 0 : 350);
});

form.addEventListener("change", () => save());

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && !button.hasAttribute("data-soft") && button.hasAttribute("formaction")) return;
  event.preventDefault();
  save(button?.hasAttribute("data-soft") ? button : undefined);
});

preview.addEventListener("change", () => preview.requestSubmit());

showPickers();
