// Live pages: htmx asks again while the tab is seen; a line that is lost is said, and so is how old the page is.
(() => {
  const seconds = (milliseconds) => Math.max(0, Math.round(milliseconds / 1000));
  const marks = () => document.querySelectorAll(".live");
  let heardAt = Date.now();
  let isLost = false;

  const tell = () => {
    const age = seconds(Date.now() - heardAt);
    for (const mark of marks()) {
      mark.classList.toggle("lost", isLost);
      mark.textContent = isLost ? `Stale, ${age} s ago` : `Live, ${age} s ago`;
    }
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.hasAttribute("data-live")) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.requestConfig.elt.hasAttribute("data-live")) return; // elt itself: what asked is swapped out by now
    if (!event.detail.successful) { isLost = true; }
    else { isLost = false; if (!isHeldBack) heardAt = Date.now(); } // what was held back is as old as before
    tell();
  });
  // A session that has ended sends the sign-in page in the place of a part: the whole page goes there instead.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname === "/login") {
      event.preventDefault();
      location.reload();
    }
  });
  // What somebody has open, types or is hearing stays as it is; who only stands on a link or button stands there after.
  let isHeldBack = false;
  let stoodOn = null;
  const mark = (element) => element.id || element.getAttribute("href") || element.getAttribute("popovertarget")
    || element.getAttribute("aria-label");
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    if (!event.detail.elt.hasAttribute("data-live")) return;
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    isHeldBack = Boolean(part.querySelector(":popover-open") || focused?.matches("input, textarea, select")
      || [...part.querySelectorAll("audio")].some((audio) => !audio.paused));
    stoodOn = focused && !isHeldBack ? mark(focused) : null;
    if (isHeldBack) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (stoodOn === null || document.activeElement !== document.body) return;
    [...document.querySelectorAll("a, button")].find((element) => mark(element) === stoodOn)?.focus();
    stoodOn = null;
  });
  // A job that has ended leaves the page around it as it was: it is loaded anew, but never under somebody who writes.
  document.addEventListener("htmx:afterSettle", () => {
    const isWriting = document.querySelector(".editor, #edit-title, :popover-open");
    if (document.querySelector("[data-ended]") && !isWriting) location.reload();
  });
  // Read aloud only a state that changed, not every second of a countdown: `data-says` names the state of the heading.
  const said = () => document.querySelector("[data-says]")?.dataset.says;
  let lastSaid = said();
  document.addEventListener("htmx:afterSwap", () => {
    const place = document.getElementById("said");
    if (!place || said() === lastSaid) return;
    lastSaid = said();
    place.textContent = document.querySelector("[data-says]")?.textContent.trim() ?? "";
  });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && !event.defaultPrevented && button.formTarget !== "_blank") setTimeout(() => { button.setAttribute("aria-busy", "true"); button.disabled = true; });
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[aria-busy]")) { button.removeAttribute("aria-busy"); button.disabled = false; }
  });
  setInterval(tell, 1000);
})();
