// The places with the words that are typed, while one types. Without this script a button finds them.
const DELAY = 200; // milliseconds without a key

for (const field of document.querySelectorAll("[data-places]")) start(field);

function start(field) {
  const words = field.querySelector("[name=place_words]");
  const list = field.querySelector("[data-found]");
  const count = field.querySelector("[data-count]");
  let asking, last = 0;
  field.querySelector("button").remove();

  const look = async () => {
    const turn = ++last;
    const query = new URLSearchParams({
      place_words: words.value,
      parent: list.querySelector("input:checked")?.value ?? "",
      guide: field.dataset.guide ?? "",
    });
    const answer = await fetch(`${field.dataset.places}?${query}`).catch(() => null);
    if (!answer?.ok || turn !== last) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const chosen = list.querySelector("input:checked")?.value;
    list.replaceChildren(...found.body.children);
    const again = list.querySelector(`input[value="${chosen}"]`);
    if (again) again.checked = true;
    count.textContent = count.dataset.say.replace("{number}", list.querySelectorAll("input").length - 1);
  };

  words.addEventListener("input", () => { clearTimeout(asking); asking = setTimeout(look, DELAY); });
  words.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    (list.querySelector("input:checked") ?? list.querySelector("input"))?.focus();
  });
}
