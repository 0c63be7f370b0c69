// From the desk into a portal: follow the link, send the form that begins the preview.

document.querySelector("a[data-follow-now]")?.click();
document.querySelector("form[data-send-now]")?.requestSubmit();
