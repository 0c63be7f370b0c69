// The desk by keyboard. Every key does what a link or button on the page does; without one it does nothing.

const TYPING = "input, textarea, select, [contenteditable]";

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  r: () => write("reply"),
  c: () => write("comment"),
  a: () => openMenu("assign"),
  e: () => document.querySelector("[data-key=close]")?.click(),
  "?": () => document.querySelector("dialog[data-keys]")?.showModal(),
};

function move(step) {
  const links = [...document.querySelectorAll("[data-queue] .subject")];
  const here = links.findIndex((link) => link === document.activeElement);
  const current = here >= 0 ? here : links.findIndex((link) => link.closest(".is-current"));
  const next = links[Math.min(Math.max(current + step, 0), links.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function openMenu(name) {
  const menu = document.querySelector(`details[data-key-menu="${name}"]`);
  if (!menu) return;
  menu.open = true;
  menu.querySelector(".menu-list :is(input, a, button)")?.focus();
}

// Reply and comment are two forms. When the page holds only one of them, the tab's own link fetches the other.
function write(kind) {
  const section = document.querySelector(`[data-composer-for="${kind}"]`);
  const tab = document.querySelector(`a[data-write="${kind}"]`);
  if (section) show(kind);
  else if (tab && !tab.hasAttribute("aria-current")) tab.click();
  (section ?? document).querySelector(".desk-composer textarea, textarea")?.focus();
}

function show(kind) {
  for (const section of document.querySelectorAll("[data-composer-for]")) section.hidden = section.dataset.composerFor !== kind;
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest?.("a[data-write]");
  if (!tab || event.ctrlKey || event.metaKey || !document.querySelector(`[data-composer-for="${tab.dataset.write}"]`)) return;
  event.preventDefault();
  write(tab.dataset.write);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && event.target.matches?.(".desk-composer textarea")) event.target.blur();
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  // Arrow keys within an open menu; letters there would surprise.
  const menu = event.target.closest?.(".menu[open]");
  if (menu) return void step(menu, event);
  const deed = KEYS[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
});

function step(menu, event) {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!way) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".menu-item")];
  items[(items.indexOf(document.activeElement) + way + items.length) % items.length]?.focus();
}

// A ticket opens at its newest words, and its place in the list is seen.
const thread = document.querySelector(".thread");
if (thread && !location.hash) thread.scrollTop = thread.scrollHeight;
document.querySelector("[data-queue] .is-current")?.scrollIntoView({ block: "nearest" });
// On a phone, rail and tabs scroll sideways.
for (const here of document.querySelectorAll(":is(.rail, .tabs) [aria-current=page]")) here.scrollIntoView({ block: "nearest", inline: "center" });
