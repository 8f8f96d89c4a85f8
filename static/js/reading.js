// Counts that a guide is read, without a cookie: the guide's number, once, after a few seconds in view.
(() => {
  "use strict";

  const guide = document.querySelector("[data-reading]");
  if (!guide || !navigator.sendBeacon) return;
  const SECONDS = 4;
  let timer = 0;
  const count = () => {
    document.removeEventListener("visibilitychange", start);
    navigator.sendBeacon(guide.dataset.readingUrl, new URLSearchParams({ translation: guide.dataset.reading }));
  };
  const start = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(count, SECONDS * 1000);
  };
  document.addEventListener("visibilitychange", start);
  start();
})();
