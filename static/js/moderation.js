// One key for each button of the moderators' desk. Everything works without it.
(() => {
  "use strict";

  const STORED = "moderation-keys";
  const isTyping = (element) => element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName) && !/^(checkbox|radio|submit)$/i.test(element.type);
  const read = () => {
    try { return localStorage.getItem(STORED) !== "off"; } catch { return true; }
  };

  const buttons = () => [...document.querySelectorAll("[data-key]")];

  let isOn = read(), wasSent = false;
  const show = () => document.body.classList.toggle("has-keys", isOn);
  show();

  const holder = document.querySelector("[data-keys]");
  if (holder) {
    const box = holder.querySelector("[data-keys-switch]");
    holder.hidden = false;
    box.checked = isOn;
    box.addEventListener("change", () => {
      isOn = box.checked;
      try { localStorage.setItem(STORED, isOn ? "on" : "off"); } catch { /* it holds for this page */ }
      show();
    });
  }

  document.addEventListener("submit", () => { wasSent = true; });
  window.addEventListener("pageshow", () => { wasSent = false; });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.tagName === "TEXTAREA" && !wasSent) {
      event.target.closest("details").querySelector("button[type=submit]").click();
      return;
    }
    if (!isOn || wasSent || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    const [, digit] = /^(?:Digit|Numpad)([1-9])$/.exec(event.code) || []; // AZERTY has digits with Shift only
    const target = [key, digit].map((wanted) => buttons().find((each) => each.dataset.key === wanted)).find(Boolean);
    if (!target) return;
    event.preventDefault();
    if (target.tagName !== "SUMMARY") { target.click(); return; }
    target.parentElement.open = true;
    target.parentElement.querySelector("textarea").focus();
  });
})();
