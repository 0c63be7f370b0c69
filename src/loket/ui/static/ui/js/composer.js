// The composer: formatting, Ctrl+Enter, drafts that survive a reload, one message for a double click.

const PREFIX = "loket-draft:";
const MARKS = {
  bold: (text) => ["**", text, "**"],
  italic: (text) => ["_", text, "_"],
  code: (text) => (text.includes("\n") ? ["```\n", text, "\n```"] : ["`", text, "`"]),
  link: (text) => (/^https?:\/\/\S+$/.test(text) ? ["[", "", `](${text})`] : ["[", text, "](https://)"]),
  list: (text) => ["", text.replace(/^(?!- )/gm, "- "), ""],
};
const KEYS = { b: "bold", i: "italic", k: "link" };

// Storage can be full or forbidden; a draft is a kindness, never a condition.
function store(deed, ...details) {
  try {
    return localStorage[deed](...details);
  } catch {
    return null;
  }
}

function fields(form) {
  return [...form.elements].filter((field) => field.matches("textarea, input[type=text], input:not([type])") && field.name);
}

function saveDraft(form) {
  const kept = Object.fromEntries(fields(form).filter((field) => field.value.trim()).map((field) => [field.name, field.value]));
  if (Object.keys(kept).length) store("setItem", PREFIX + form.dataset.draft, JSON.stringify(kept));
  else store("removeItem", PREFIX + form.dataset.draft);
}

// What the server put into the field (after an error) is newer than any draft.
function restoreDraft(form) {
  let kept = {};
  try {
    kept = JSON.parse(store("getItem", PREFIX + form.dataset.draft)) ?? {};
  } catch {
    store("removeItem", PREFIX + form.dataset.draft);
  }
  for (const field of fields(form)) {
    if (!field.value && typeof kept[field.name] === "string") field.value = kept[field.name];
  }
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight + 2}px`;
}

function insert(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const from = mark === "list" ? value.lastIndexOf("\n", start - 1) + 1 : start;
  const [before, text, after] = MARKS[mark](value.slice(from, end));
  area.focus();
  area.setSelectionRange(from, end);
  // execCommand keeps the browser's own undo; setRangeText is for where it is gone.
  if (!document.execCommand("insertText", false, before + text + after)) area.setRangeText(before + text + after);
  area.setSelectionRange(from + before.length, from + before.length + text.length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function start(root) {
  for (const done of root.querySelectorAll("[data-sent]")) store("removeItem", PREFIX + done.dataset.sent);
  for (const form of root.querySelectorAll("form[data-composer]")) {
    if (form.dataset.draft) restoreDraft(form);
    for (const bar of form.querySelectorAll("[data-toolbar]")) bar.hidden = false;
    form.querySelectorAll("textarea").forEach(grow);
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-composer]");
  if (!form) return;
  if (event.target.matches("textarea")) grow(event.target);
  if (form.dataset.draft) saveDraft(form);
});

document.addEventListener("click", (event) => {
  const tool = event.target.closest?.("[data-mark]");
  const area = tool?.closest("form")?.querySelector("textarea");
  if (area) insert(area, tool.dataset.mark);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-composer]");
  if (!form || !event.target.matches("textarea") || !(event.ctrlKey || event.metaKey)) return;
  if (event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-send]"));
  } else if (KEYS[event.key] && form.querySelector("[data-toolbar]")) {
    event.preventDefault();
    insert(event.target, KEYS[event.key]);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-sign-out]")) forgetDrafts();
  if (!form.matches("form[data-composer]")) return;
  if (form.dataset.uploading || form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  for (const button of form.querySelectorAll("[data-send]")) button.setAttribute("aria-disabled", "true");
});

function forgetDrafts() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // No storage, no drafts.
  }
}

// A page that comes back from the browser's memory can send again; so can a form whose fragment was exchanged.
function release() {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[data-send]")) button.removeAttribute("aria-disabled");
  }
}

addEventListener("pageshow", (event) => event.persisted && release());
document.addEventListener("htmx:after:swap", () => { release(); start(document); });
start(document);
