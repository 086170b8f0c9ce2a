// Seek without reloading, highlight the current item and update the waveform. The page also works without this script.
(() => {
  "use strict";

  const player = document.querySelector(".player");
  const audio = player.querySelector("audio");
  const wave = player.querySelector(".wave");
  const groups = [".chapters > [data-start]", ".transcript > [data-start]"].map((places) => [...document.querySelectorAll(places)]);
  const start = (element) => Number(element.dataset.start);

  function seconds() {
    return Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : Number(player.dataset.seconds);
  }

  function play() {
    audio.play().catch(() => {}); // browsers may block autoplay; the listener can still press Play
  }

  function seek(place) {
    audio.currentTime = Math.min(Math.max(0, place), seconds());
    show();
  }

  function show() {
    const now = audio.currentTime;
    const hasBegun = now > 0 || !audio.paused;
    for (const places of groups) {
      const current = hasBegun ? places.findLast((element) => Math.floor(start(element)) <= now) : undefined; // links use whole seconds
      for (const element of places) {
        if (element === current && !element.hasAttribute("aria-current")) reach(element);
        if (element === current) element.setAttribute("aria-current", "true");
        else element.removeAttribute("aria-current");
      }
    }
    wave?.querySelector("rect").setAttribute("width", (wave.viewBox.baseVal.width * now) / seconds());
  }

  // A chapter list longer than the window scrolls inside its card; never scroll the page itself.
  function reach(element) {
    const card = element.closest(".sticky .card");
    if (!card || card.scrollHeight <= card.clientHeight) return;
    const middle = card.getBoundingClientRect().top + card.clientHeight / 2;
    card.scrollTop += element.getBoundingClientRect().top - middle;
  }

  function tell() {
    player.querySelector(".flash").hidden = !audio.error;
  }

  function onLink(event) {
    const link = event.target.closest("a[data-seek]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
    seek(start(link.closest("[data-start]")));
    play();
  }

  function onWave(event) {
    const box = wave.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * seconds());
  }

  document.addEventListener("click", onLink);
  wave?.addEventListener("click", onWave);
  for (const key of player.querySelectorAll("[data-skip]")) {
    key.addEventListener("click", () => seek(audio.currentTime + Number(key.dataset.skip)));
  }
  player.querySelector("#speed").addEventListener("change", (event) => {
    audio.defaultPlaybackRate = audio.playbackRate = Number(event.target.value);
  });
  for (const moment of ["timeupdate", "seeked", "play", "loadedmetadata"]) audio.addEventListener(moment, show);
  for (const moment of ["error", "loadedmetadata"]) audio.addEventListener(moment, tell);

  player.classList.add("ready");
  player.querySelector(".keys").hidden = false;
  tell(); // the audio may have failed before this script loaded
  if (location.hash === "#play") play();
})();
