// Shows the buttons of passkeys where the browser knows them, and says when one was not used.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = false;
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const problem of document.querySelectorAll("[data-passkey-problem]")) problem.hidden = false;
  });
})();
