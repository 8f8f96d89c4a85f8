// Small comforts on top of pages that work without any of this.
(() => {
  "use strict";

  const isTyping = (element) => element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName);

  // "/" goes to the search box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // Escape, or a click or focus elsewhere, closes an open menu.
  const openMenus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus) menu.querySelector("summary").focus();
    }
  });
  for (const type of ["click", "focusin"]) {
    document.addEventListener(type, (event) => {
      for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
    });
  }

  // A print button is of use only where scripts run.
  for (const holder of document.querySelectorAll("[data-print]")) {
    holder.hidden = false;
    holder.querySelector("button").addEventListener("click", () => window.print());
  }

  // A link in the folded contents leads away from it: fold it again.
  for (const fold of document.querySelectorAll(".toc-fold")) {
    fold.addEventListener("click", (event) => {
      if (event.target.closest("a")) fold.open = false;
    });
  }

  // The contents at the side mark the section being read.
  const links = new Map();
  for (const link of document.querySelectorAll(".toc-side a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  if (links.size && "IntersectionObserver" in window) {
    const mark = () => {
      let current = null;
      for (const heading of links.keys()) if (heading.getBoundingClientRect().top < window.innerHeight / 3) current = heading;
      for (const [heading, link] of links) {
        if (heading === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    for (const heading of links.keys()) observer.observe(heading);
  }
})();
