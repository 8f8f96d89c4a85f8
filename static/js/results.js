// Counts what was asked, once a tab, and which result was opened: nothing that says by whom.
(() => {
  "use strict";

  const results = document.querySelector("[data-ticket]");
  if (!results || !navigator.sendBeacon) return;

  const tell = (values) => {
    const form = new FormData();
    form.set("ticket", results.dataset.ticket);
    for (const [name, value] of Object.entries(values)) form.set(name, value);
    navigator.sendBeacon(results.dataset.seen, form);
  };

  const once = (what, values) => {
    const name = `search ${what}`;
    try {
      if (sessionStorage.getItem(name)) return;
      sessionStorage.setItem(name, "1");
    } catch {
      return; // Without it nothing could be counted once.
    }
    tell(values);
  };

  const asked = document.querySelector("[data-search]").value.trim().toLowerCase();
  once(`seen ${asked}`, {});
  results.addEventListener("click", (event) => {
    const link = event.target.closest("[data-rank]");
    if (link) once(`opened ${asked}`, { rank: link.dataset.rank });
  });
})();
