// A form for everybody: does the sum that a machine would have to do too (ALTCHA), and tells a frame's holder how high the page is.

const form = document.querySelector("form[data-altcha]");

async function sha256(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Without crypto (a page without TLS) nothing is solved: an agent looks at what is sent.
async function solve({ algorithm, challenge, salt, signature, maxnumber }) {
  for (let number = 0; crypto.subtle && number <= maxnumber; number += 1) {
    if ((await sha256(`${salt}${number}`)) === challenge) return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
  }
  return "";
}

if (form) {
  const solution = solve(JSON.parse(form.dataset.altcha));
  solution.then((payload) => { form.elements.altcha.value = payload; });
  form.addEventListener("submit", async (event) => {
    if (form.dataset.isSolved || event.submitter?.name === "refresh") return;
    event.preventDefault();
    if (form.dataset.isWaiting) return;
    form.dataset.isWaiting = "yes";
    form.elements.altcha.value = await solution;
    form.dataset.isSolved = "yes";
    form.requestSubmit();
  });
  addEventListener("pageshow", () => { delete form.dataset.isWaiting; delete form.dataset.isSolved; });
}

if (parent !== window) {
  new ResizeObserver(() => parent.postMessage({ loketFormHeight: document.documentElement.scrollHeight }, "*")).observe(document.body);
}
