// Lists and menus: a row is as clickable as its link, "/" goes to the search, menus close as menus do.

const TYPING = "input, textarea, select, [contenteditable]";

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  const row = event.target.closest?.("[data-rows] tbody tr");
  const link = row?.querySelector("a.row-link");
  if (!link || event.target.closest("a, button, input, label, select, summary") || getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
  else link.click();
});

// The middle button opens a new tab, as on a link.
document.addEventListener("auxclick", (event) => {
  const link = event.target.closest?.("[data-rows] tbody tr")?.querySelector("a.row-link");
  if (link && event.button === 1 && !event.target.closest("a")) open(link.href, "_blank", "noopener");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest?.(TYPING)) {
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
});

function closeMenus(target) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

// A menu that would leave the window opens to its other side.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("details.menu") || !menu.open) return;
  const list = menu.querySelector(".menu-list");
  const box = list?.getBoundingClientRect();
  if (box && box.right > document.documentElement.clientWidth) menu.classList.add("end");
  list?.querySelector("[autofocus]")?.focus();
}, true);

// Empty fields do not go into the address.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get" || !form.matches("[data-autosubmit]")) return;
  const empty = [...form.elements].filter((field) => field.name && field.value === "" && !field.disabled);
  for (const field of empty) field.disabled = true;
  setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=radio], input[type=checkbox]")) form.requestSubmit();
});
