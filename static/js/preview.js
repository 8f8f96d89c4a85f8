// The preview beside the text: made by the server, as the published page; on wide screens it scrolls along.
const WIDE = matchMedia("(min-width: 68.75rem)"); // as in desk.css
const OPEN = "smartwiki-preview"; // a person who likes it open finds it open

export function startPreview({ form, code, body, say }) {
  const pane = form.querySelector("[data-preview-pane]");
  const preview = form.querySelector("[data-preview]");
  const buttons = form.querySelectorAll("[data-preview-button], .tool-preview");
  let waiting;

  async function show() {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: body(true) }).catch(() => null);
    if (!answer) return;
    const html = await answer.text();
    if (answer.ok) preview.innerHTML = html;
    else preview.textContent = answer.status === 413 ? html : say.offline;
    follow();
  }

  function set(open, byHand) {
    pane.hidden = !open;
    for (const button of buttons) button.setAttribute("aria-pressed", String(open));
    code.refresh();
    if (!open) return;
    show().then(() => byHand && !WIDE.matches && pane.scrollIntoView({ block: "start" }));
  }

  function toggle() {
    set(pane.hidden, true);
    try { localStorage.setItem(OPEN, pane.hidden ? "" : "1"); } catch { /* asked each time, then */ }
  }

  // The heading at the top of the text stands at the top of the preview; what is between them moves evenly.
  function follow() {
    if (pane.hidden || !WIDE.matches) return;
    const text = headingsInText(), shown = headingsInPreview();
    const number = Math.min(text.length, shown.length);
    const from = [0, ...text.slice(0, number), code.getScrollInfo().height];
    const to = [0, ...shown.slice(0, number), pane.scrollHeight];
    const { top, height, clientHeight } = code.getScrollInfo();
    if (top + clientHeight >= height - 1) return void (pane.scrollTop = pane.scrollHeight);
    let part = 0;
    while (part < from.length - 2 && from[part + 1] <= top) part += 1;
    const share = (top - from[part]) / Math.max(1, from[part + 1] - from[part]);
    pane.scrollTop = to[part] + share * (to[part + 1] - to[part]);
  }

  function headingsInText() {
    const tops = [];
    let fenced = false, line = 0;
    code.eachLine(({ text }) => {
      if (/^\s*(```|~~~)/.test(text)) fenced = !fenced;
      else if (!fenced && /^#{1,6}\s/.test(text)) tops.push(code.heightAtLine(line, "local"));
      line += 1;
    });
    return tops;
  }

  function headingsInPreview() {
    const start = pane.getBoundingClientRect().top - pane.scrollTop;
    return [...preview.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => heading.getBoundingClientRect().top - start);
  }

  for (const button of form.querySelectorAll("[data-preview-button]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      toggle();
    });
  }
  code.on("scroll", follow);
  let open = !pane.hidden;
  try { open = open || (WIDE.matches && localStorage.getItem(OPEN) === "1"); } catch { /* closed, then */ }
  set(open, false);

  return {
    toggle,
    changed() {
      if (pane.hidden) return;
      clearTimeout(waiting);
      waiting = setTimeout(show, 400);
    },
  };
}
