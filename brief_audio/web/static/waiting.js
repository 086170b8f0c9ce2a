// While the first edition is being generated: update the progress, and reload once the edition is published.
(() => {
  "use strict";

  const EVERY = 5000;

  async function look() {
    if (!document.hidden) await refresh().catch(() => {}); // the server may be restarting: try again later
    setTimeout(look, EVERY);
  }

  async function refresh() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [fresh, shown] = [page, document].map((found) => found.querySelector("[data-waiting]"));
    if (!fresh) location.reload();
    else if (fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...fresh.childNodes);
  }

  setTimeout(look, EVERY);
})();
