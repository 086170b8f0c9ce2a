// Live pages: htmx polls while the tab is visible. Show a lost connection, and how old the data is.
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
    if (!event.detail.requestConfig.elt.hasAttribute("data-live")) return; // not `event.target`: the swap has removed it
    if (!event.detail.successful) { isLost = true; }
    else { isLost = false; if (!isHeldBack) heardAt = Date.now(); } // without a swap, the data on the page is still old
    tell();
  });
  // If the session has ended, the response is the sign-in page: reload the whole page instead of swapping it in.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname === "/login") {
      event.preventDefault();
      location.reload();
    }
  });
  // Don't swap while a popover is open, a field has focus or audio is playing. Otherwise restore the focus afterwards.
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
  // When a job ends, reload the page around it too, but never while someone is editing.
  document.addEventListener("htmx:afterSettle", () => {
    const isWriting = document.querySelector(".editor, #edit-title, :popover-open");
    if (document.querySelector("[data-ended]") && !isWriting) location.reload();
  });
  // Announce only state changes to screen readers, not every second of a countdown: `data-says` is the heading's state.
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
