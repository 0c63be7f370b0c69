// A form for everybody: does the sum that a machine would have to do too (ALTCHA), and tells a frame's holder how high the page is.

const AT_ONCE = 100;
const PATIENCE = 8000;
const form = document.querySelector("form[data-altcha]");

async function sha256(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Without crypto (a page without TLS) nothing is solved: an agent looks at what is sent.
async function solve({ algorithm, challenge, salt, signature, maxnumber }) {
  for (let start = 0; crypto.subtle && start <= maxnumber; start += AT_ONCE) {
    await new Promise((done) => setTimeout(done)); // whoever types goes first
    const found = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => sha256(`${salt}${start + at}`)));
    const number = start + found.indexOf(challenge);
    if (number >= start) return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
  }
  return "";
}

// A reload finds the files that went up: this tab alone knows their tokens. A frame that may store nothing forgets them.
function memory(deed, ...details) {
  try {
    return sessionStorage[deed](`loket-uploads:${location.pathname}`, ...details) ?? "";
  } catch {
    return "";
  }
}

async function findAgain(list) {
  const tokens = memory("getItem").split(" ").filter(Boolean);
  if (!tokens.length || list.children.length) return;
  const body = new FormData();
  for (const token of tokens) body.append("upload", token);
  body.set("refresh", "yes");
  const answer = await fetch(location.href, { method: "POST", body }).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  list.prepend(...(page ? page.querySelectorAll("[data-upload-list] > *") : []));
}

if (form) {
  const list = form.querySelector("[data-upload-list]");
  if (list) findAgain(list);
  addEventListener("pagehide", () => memory("setItem", [...form.querySelectorAll("[name=upload]")].map((each) => each.value).join(" ")));
  const solution = solve(JSON.parse(form.dataset.altcha));
  solution.then((payload) => { form.elements.altcha.value = payload; });
  form.addEventListener("submit", async (event) => {
    if (form.dataset.uploading) {
      event.preventDefault();
      return;
    }
    if (form.elements.altcha.value || form.dataset.isSolved || ["refresh", "remove"].includes(event.submitter?.name)) return;
    event.preventDefault();
    if (form.dataset.isWaiting) return;
    form.dataset.isWaiting = "yes";
    form.querySelector("[data-send]").setAttribute("aria-disabled", "true");
    // A slow machine sends it unsolved: better looked at than never sent.
    form.elements.altcha.value = await Promise.race([solution, new Promise((done) => setTimeout(done, PATIENCE, ""))]);
    form.dataset.isSolved = "yes";
    // Not at once: while this very event is still told of, a browser ignores that the form is sent again.
    setTimeout(() => form.requestSubmit());
  });
  addEventListener("pageshow", () => {
    delete form.dataset.isWaiting;
    delete form.dataset.isSolved;
    form.querySelector("[data-send]").removeAttribute("aria-disabled");
  });
}

// The body's own height: the document is never lower than the frame that it stands in, which could then only grow.
if (parent !== window) {
  const tell = () => parent.postMessage({ loketFormHeight: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
  new ResizeObserver(tell).observe(document.body);
}
