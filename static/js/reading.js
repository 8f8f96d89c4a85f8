// Counts that a guide is read, without a cookie: the guide's number, once, after a few seconds in view.
(() => {
  "use strict";

  const { reading, url } = document.currentScript.dataset;
  if (!navigator.sendBeacon) return;
  const SECONDS = 4;
  let timer = 0;
  const count = () => {
    document.removeEventListener("visibilitychange", start);
    navigator.sendBeacon(url, new URLSearchParams({ translation: reading }));
  };
  const start = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(count, SECONDS * 1000);
  };
  document.addEventListener("visibilitychange", start);
  start();
})();
