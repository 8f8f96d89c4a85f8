// On a phone, four empty languages are a long way to the button: all but the reader's own are folded.
const NARROW = matchMedia("(max-width: 40rem)");

if (NARROW.matches) {
  for (const fold of document.querySelectorAll("[data-fold-if-empty]")) {
    const fields = [...fold.querySelectorAll("input, textarea")];
    fold.open = fields.some((field) => field.value) || fold.querySelector(".errorlist") !== null;
  }
}
