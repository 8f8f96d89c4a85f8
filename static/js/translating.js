// Translating side by side: keeps the work while one writes, says how far it is, and who else is there.
(() => {
  "use strict";

  const form = document.querySelector("[data-translating]");
  if (!form) return;
  const KEEP_AFTER = 4000, STILL_HERE = 30000; // milliseconds
  const status = form.querySelector("[data-status]");
  const fields = [...form.querySelectorAll("textarea[name=target]")];
  let timer = 0, unsaved = false;

  const send = async (act) => {
    const body = new FormData(form);
    body.set("do", act);
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.statusText);
    const { others } = await response.json();
    const notice = document.querySelector("[data-others]");
    notice.hidden = !others.length;
    notice.querySelector("[data-others-names]").textContent = others.join(", ");
  };

  const keep = async () => {
    try {
      await send("keep");
      unsaved = false;
      status.textContent = form.dataset.kept;
    } catch {
      status.textContent = form.dataset.notKept;
      timer = setTimeout(keep, KEEP_AFTER);
    }
  };

  const words = /[\p{L}\p{N}]{2}/u;
  const isDone = (field) => words.test(field.value) && !("bare" in field.dataset && field.value === field.defaultValue);
  const progress = document.querySelector("[data-progress]");
  const showProgress = () => {
    const done = fields.filter(isDone).length;
    if (progress) progress.textContent = `${progress.dataset.done} ${done} / ${fields.length}`;
  };

  form.addEventListener("input", () => {
    unsaved = true;
    showProgress();
    clearTimeout(timer);
    timer = setTimeout(keep, KEEP_AFTER);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  const here = () => send("here").catch(() => {});
  setInterval(here, STILL_HERE);
  here();
  showProgress();
})();
