// Rows of an editor are dragged by their handle. The server reads their order from the page, and the buttons beside stay.

function sortable(list) {
  if (list.dataset.isSortable) return;
  list.dataset.isSortable = "yes";
  window.Sortable.create(list, {
    handle: ".handle",
    animation: 140,
    onEnd: () => {
      list.dispatchEvent(new Event("loket:changed", { bubbles: true }));
      if (list.dataset.sortable === "send") list.closest("form").requestSubmit();
    },
  });
}

function all() {
  for (const list of document.querySelectorAll("[data-sortable]")) sortable(list);
}

all();
document.addEventListener("loket:changed", all);
