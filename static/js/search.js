// The search box proposes pages and words while one types: an accessible combobox on a plain form.
(() => {
  "use strict";

  const SHORTEST = 3;
  const DELAY = 150; // milliseconds without a key

  const setUp = (input) => {
    const form = input.form;
    const list = document.createElement("ul");
    const status = document.createElement("p");
    let request = null;
    let timer = 0;
    let active = -1;

    list.id = `${input.id}-options`;
    list.className = "search-options";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.listLabel);
    list.hidden = true;
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    form.append(list, status);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);

    const close = () => {
      clearTimeout(timer);
      request?.abort();
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      status.textContent = "";
    };

    const activate = (index) => {
      const options = [...list.children];
      active = index;
      options.forEach((option, n) => option.setAttribute("aria-selected", String(n === index)));
      if (options[index]) {
        input.setAttribute("aria-activedescendant", options[index].id);
        options[index].scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    };

    const show = (options) => {
      list.replaceChildren(...options.map((each, n) => {
        const option = document.createElement("li");
        const kind = document.createElement("span");
        option.id = `${list.id}-${n}`;
        option.className = `search-option search-option-${each.kind}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = each.url;
        option.textContent = each.text;
        if (each.kind === "page") {
          kind.className = "search-option-kind";
          kind.textContent = input.dataset.pageLabel;
          option.append(" ", kind);
        }
        return option;
      }));
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = options.length === 0;
      input.setAttribute("aria-expanded", String(options.length > 0));
      status.textContent = options.length ? input.dataset.countLabel.replace("%n", options.length) : "";
    };

    const ask = async () => {
      request?.abort();
      request = new AbortController();
      try {
        const response = await fetch(`${input.dataset.complete}?${new URLSearchParams({ q: input.value })}`, { signal: request.signal });
        if (response.ok) show((await response.json()).options);
      } catch {
        // Offline, or a newer question took its place: the form works as it is.
      }
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (input.value.trim().length < SHORTEST) close();
      else timer = setTimeout(ask, DELAY);
    });

    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const last = list.children.length - 1;
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (list.hidden) {
        if (event.key === "ArrowDown" && input.value.trim().length >= SHORTEST) ask();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        activate(active + step > last ? -1 : active + step < -1 ? last : active + step);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        location.assign(list.children[active].dataset.url);
      } else if (event.key === "Tab") close();
    });

    // Before the field loses its focus.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) location.assign(option.dataset.url);
    });
    input.addEventListener("blur", close);
  };

  for (const input of document.querySelectorAll("[data-complete]")) setUp(input);
})();
