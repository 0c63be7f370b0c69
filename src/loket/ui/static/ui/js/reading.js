// A form marked data-post-once goes to the server by itself once the page is there and seen: a GET never writes.

function post(form) {
  if (form.dataset.posted) return;
  form.dataset.posted = "yes";
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {
    delete form.dataset.posted;
  });
}

function postAll() {
  if (document.hidden) return;
  for (const form of document.querySelectorAll("form[data-post-once]")) post(form);
}

document.addEventListener("visibilitychange", postAll);
// What came in by itself is read as well.
document.addEventListener("loket:live", () => {
  for (const form of document.querySelectorAll("form[data-post-once]")) delete form.dataset.posted;
  postAll();
});
postAll();
