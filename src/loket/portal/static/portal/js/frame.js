// For web sites that hold a form in a frame: makes the frame as high as the form.
addEventListener("message", (event) => {
  const height = Number(event.data?.loketFormHeight);
  if (!(height > 0)) return;
  for (const frame of document.querySelectorAll("iframe[data-loket-form]")) {
    if (frame.contentWindow === event.source) frame.style.height = `${Math.min(height, 10000)}px`;
  }
});
