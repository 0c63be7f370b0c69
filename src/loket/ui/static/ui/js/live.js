// New messages come by themselves while the tab is seen. A poll never counts as activity: the server knows it by its header.
// With data-live-token a poll says besides that somebody looks, and hears who else does.

const EVERY = 10_000;
const LONGEST = 5 * 60_000;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const ENDED = new Set([401, 403, 404]);

class Live {
  constructor(element) {
    this.element = element;
    this.pause = EVERY;
    this.token = element.dataset.liveToken;
    document.addEventListener("visibilitychange", () => this.plan(document.hidden ? null : 500));
    this.plan(this.token ? 500 : EVERY);
  }

  plan(pause) {
    clearTimeout(this.timer);
    if (pause !== null && !this.isOver && !document.hidden) this.timer = setTimeout(() => this.ask(), pause);
  }

  get address() {
    const marked = this.element.querySelectorAll("[data-cursor]");
    const address = new URL(this.element.dataset.liveUrl, location.href);
    address.searchParams.set("after", marked.length ? marked[marked.length - 1].dataset.cursor : "");
    return address;
  }

  async ask() {
    if (!this.element.isConnected) return;
    try {
      const asked = this.token ? { method: "POST", headers: { "X-Loket-Live": "1", "X-CSRFToken": this.token } } : { headers: { "X-Loket-Live": "1" } };
      const answer = await fetch(this.address, { ...asked, redirect: "manual", cache: "no-store" });
      // A redirect leads to the sign-in page: the session is over.
      if (ENDED.has(answer.status) || answer.type === "opaqueredirect") return this.end();
      if (!answer.ok) throw new Error(answer.status);
      if (answer.status === 200) this.add(await answer.text());
      this.name(answer.headers.get("X-Loket-Onlookers"));
      this.pause = EVERY;
    } catch {
      this.pause = Math.min(this.pause * 2, LONGEST);
    }
    this.plan(this.pause);
  }

  add(markup) {
    const isAtEnd = this.isAtEnd();
    const fresh = new DOMParser().parseFromString(markup, "text/html").body.children;
    for (const element of [...fresh]) {
      if (element.id && document.getElementById(element.id)) continue;
      element.classList.add("is-new");
      this.element.append(document.adoptNode(element));
      if (isAtEnd) element.scrollIntoView({ block: "nearest", behavior: STILL.matches ? "instant" : "smooth" });
    }
    this.element.dispatchEvent(new CustomEvent("loket:live", { bubbles: true }));
  }

  name(onlookers) {
    const place = document.querySelector("[data-onlookers]");
    const words = decodeURIComponent(onlookers ?? "");
    if (place && place.textContent !== words) place.textContent = words;
  }

  // Only who reads the last letter is taken along; nobody else is torn from where they are.
  isAtEnd() {
    const last = this.element.lastElementChild;
    return last ? last.getBoundingClientRect().bottom <= innerHeight + 80 : true;
  }

  end() {
    this.isOver = true;
    const notice = document.querySelector("[data-live-ended]");
    if (notice) notice.hidden = false;
  }
}

for (const element of document.querySelectorAll("[data-live-url]")) new Live(element);
