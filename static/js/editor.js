// The editor: EasyMDE on the textarea, a preview made by the server, drafts kept here and there,
// a picker for links and pictures. Without this script the form works as it is.
import { openPicker } from "./picker.js";

const form = document.querySelector("[data-editor]");
if (form) start(form);

function start(form) {
  const say = JSON.parse(document.getElementById("editor-words").textContent);
  const url = form.dataset;
  const area = form.querySelector("textarea[name=text]");
  const field = (name) => form.elements[name];
  const status = form.querySelector("[data-status]");
  const pane = form.querySelector("[data-preview-pane]");
  const preview = form.querySelector("[data-preview]");
  const deviceKey = ["smartwiki-draft", url.person, url.guide || "new", url.guide ? url.language : ""].join(":");
  let saved = snapshot();
  let leaving = false;
  let refused = false;

  const editor = new EasyMDE({
    element: area,
    autoDownloadFontAwesome: false,
    spellChecker: false,
    nativeSpellcheck: true,
    inputStyle: "contenteditable",
    status: false,
    forceSync: true,
    minHeight: "24rem",
    toolbar: toolbar(),
  });
  const code = editor.codemirror;
  code.setOption("extraKeys", { ...code.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  const input = code.getInputField();
  input.setAttribute("aria-label", form.querySelector(`label[for=${area.id}]`).textContent);
  input.setAttribute("lang", url.language);
  if (area.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  form.querySelector(`label[for=${area.id}]`).addEventListener("click", () => code.focus());
  const bar = form.querySelector(".editor-toolbar");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", say.toolbar);
  for (const button of bar.querySelectorAll("button")) button.tabIndex = 0;

  // EasyMDE's own actions work on the selection; these are the ones that people use.
  function toolbar() {
    const button = (name, action, text) => ({ name, action, className: `tool tool-${name}`, text, title: text });
    return [
      button("heading", EasyMDE.toggleHeading2, say.heading),
      button("bold", EasyMDE.toggleBold, say.bold),
      button("italic", EasyMDE.toggleItalic, say.italic),
      button("list", EasyMDE.toggleUnorderedList, say.list),
      button("numbered", EasyMDE.toggleOrderedList, say.numbered),
      button("link", () => pick("link"), say.link),
      button("picture", () => pick("picture"), say.picture),
      button("callout", () => insert(`\n!!! tip "${say.noticeTitle}"\n    ${say.noticeText}\n`), say.notice),
      button("table", EasyMDE.drawTable, say.table),
      button("undo", EasyMDE.undo, say.undo),
    ];
  }

  function insert(text) {
    code.replaceSelection(text);
    code.focus();
  }

  function pick(kind, file) {
    openPicker({
      kind, file, say, form,
      words: code.getSelection(),
      token: () => field("csrfmiddlewaretoken").value,
      done: insert,
      closed: () => code.focus(),
    });
  }

  // A picture that is pasted or dropped is uploaded, after its description is asked for.
  for (const type of ["paste", "drop"]) {
    code.on(type, (_, event) => {
      const files = (event.clipboardData || event.dataTransfer)?.files;
      if (!files?.length) return;
      event.preventDefault();
      pick("picture", files[0]);
    });
  }

  function snapshot() {
    return JSON.stringify(["title", "slug", "summary", "text"].map((name) => field(name)?.value ?? ""));
  }

  function body(withText) {
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "base", ...(withText ? ["title", "slug", "summary", "text"] : [])]) {
      if (field(name)) data.append(name, field(name).value);
    }
    data.append("guide", url.guide);
    data.append("language", field("language")?.value || url.language);
    return data;
  }

  function tell(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  // Drafts: on this device at once, on the server every few seconds.
  function keepHere() {
    try {
      if (snapshot() === saved) localStorage.removeItem(deviceKey);
      else localStorage.setItem(deviceKey, JSON.stringify({ fields: JSON.parse(snapshot()), mine: url.mine }));
    } catch { /* the device keeps nothing (private window, no space): the server does */ }
  }

  async function keepThere(withText) {
    const kept = snapshot();
    try {
      const answer = await fetch(url.keep, { method: "POST", body: body(withText), headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { others, newer } = await answer.json();
      showOthers(others, newer);
      refused = false;
      if (withText) {
        keptThere = kept;
        tell(say.kept);
      }
    } catch (error) {
      const signedOut = error.message === "403";
      tell(signedOut ? say.signedOut : say.offline);
      if (signedOut && refused) await freshToken();
      refused = signedOut;
    }
  }

  // After signing in again in another tab the old token is refused: fetch this page's new one.
  async function freshToken() {
    const page = await fetch(location.href);
    if (!page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    if (fresh) for (const token of document.querySelectorAll("[name=csrfmiddlewaretoken]")) token.value = fresh.value;
  }

  function showOthers(others, newer) {
    const notice = document.querySelector("[data-others]");
    if (!notice) return;
    notice.hidden = !others.length && !newer;
    notice.querySelector("[data-others-names]").textContent = others.length ? others.join(", ") : say.newer;
  }

  let keptThere = saved;
  let lastBeat = 0;
  const every = Number(url.every || 5) * 1000;
  setInterval(() => {
    if (document.hidden) return;
    const changed = snapshot() !== keptThere;
    if (changed) keepThere(true);
    else if (Date.now() - lastBeat < 20000) return;
    else keepThere(false);
    lastBeat = Date.now();
  }, every);
  if (url.guide) keepThere(false);

  // The preview follows while one types, once it is open.
  let waiting;
  async function showPreview() {
    const answer = await fetch(url.preview, { method: "POST", body: body(true) }).catch(() => null);
    if (!answer) return;
    const html = await answer.text();
    if (answer.ok) preview.innerHTML = html;
    else preview.textContent = answer.status === 413 ? html : say.offline;
  }
  function changed() {
    keepHere();
    if (pane.hidden) return;
    clearTimeout(waiting);
    waiting = setTimeout(showPreview, 400);
  }
  code.on("change", changed);
  form.addEventListener("input", changed);
  form.querySelector("[data-preview-button]").addEventListener("click", (event) => {
    event.preventDefault();
    pane.hidden = !pane.hidden;
    if (!pane.hidden) showPreview().then(() => pane.scrollIntoView({ block: "nearest" }));
    code.refresh();
  });

  // Leaving with unsaved text asks; sending does not.
  addEventListener("beforeunload", (event) => {
    if (!leaving && snapshot() !== saved) event.preventDefault();
  });
  addEventListener("pagehide", () => snapshot() !== keptThere && !leaving && navigator.sendBeacon?.(url.keep, body(true)));
  form.addEventListener("submit", (event) => {
    if (leaving) return event.preventDefault(); // a double click
    leaving = true;
    setTimeout(() => { leaving = false; }, 4000);
  });

  offerDeviceDraft();
  function offerDeviceDraft() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(deviceKey)); } catch { /* nothing */ }
    if (!kept) return;
    if (kept.mine !== url.mine || JSON.stringify(kept.fields) === saved) return localStorage.removeItem(deviceKey);
    const notice = document.querySelector("[data-device-draft]");
    notice.hidden = false;
    notice.querySelector("[data-take]").addEventListener("click", () => {
      const [title, slug, summary, text] = kept.fields;
      for (const [name, value] of Object.entries({ title, slug, summary })) if (field(name)) field(name).value = value;
      code.setValue(text);
      notice.hidden = true;
      code.focus();
    });
    notice.querySelector("[data-drop]").addEventListener("click", () => {
      localStorage.removeItem(deviceKey);
      notice.hidden = true;
    });
  }

  // The address follows the title of a new guide, until somebody writes one; it is checked.
  const slug = field("slug");
  const note = document.createElement("p");
  note.className = "help slug-note";
  note.setAttribute("role", "status");
  slug.after(note);
  let own = Boolean(url.guide) || slug.value !== "";
  let asking;
  const check = (query) => {
    clearTimeout(asking);
    asking = setTimeout(async () => {
      const ask = new URLSearchParams({ ...query, guide: url.guide, parent: field("parent")?.value ?? url.parent ?? "" });
      const answer = await fetch(`${url.check}?${ask}`).catch(() => null);
      if (!answer?.ok) return;
      const { slug: made, problem } = await answer.json();
      if (!own) slug.value = made;
      note.textContent = problem;
      slug.setAttribute("aria-invalid", problem ? "true" : "false");
    }, 350);
  };
  slug.addEventListener("input", () => { own = slug.value !== ""; check({ slug: slug.value }); });
  field("title").addEventListener("input", () => { if (!own) check({ title: field("title").value }); });
  saved = form.querySelector(".form-errors") || document.querySelector(".conflict") ? "" : snapshot();
}
