// The editor: EasyMDE on the textarea, with a preview, drafts, and pickers for links and pictures.
// Without this script the form works as it is. What a form has no address for, it does not offer.
import { keepDrafts } from "./drafts.js";
import { openPicker } from "./picker.js";
import { startPreview } from "./preview.js";

const form = document.querySelector("[data-editor]");
if (form) start(form);

function start(form) {
  const say = JSON.parse(document.getElementById("editor-words").textContent);
  const url = form.dataset;
  const area = form.querySelector("textarea[name=text]");
  const label = form.querySelector(`label[for=${area.id}]`);
  const field = (name) => form.elements[name];
  const fields = () => ["title", "slug", "summary", "text"].map((name) => field(name)?.value ?? "");
  let preview;

  const editor = new EasyMDE({
    element: area,
    autoDownloadFontAwesome: false,
    spellChecker: false,
    nativeSpellcheck: true,
    inputStyle: "contenteditable",
    status: false,
    forceSync: true,
    minHeight: "18rem",
    toolbar: toolbar(),
    shortcuts: { drawLink: null, drawImage: null, togglePreview: null, toggleSideBySide: null, toggleFullScreen: null },
    insertTexts: { table: ["", tableText()] },
  });
  const code = editor.codemirror;
  code.setOption("extraKeys", {
    ...code.getOption("extraKeys"),
    Tab: false, "Shift-Tab": false,
    "Ctrl-K": () => pick("link"), "Cmd-K": () => pick("link"),
  });
  const input = code.getInputField();
  input.setAttribute("aria-label", label.textContent);
  input.setAttribute("lang", url.language);
  if (area.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  label.addEventListener("click", () => code.focus());
  readWhatIsThere(code.getWrapperElement());
  form.querySelector("details.amend")?.addEventListener("toggle", () => code.refresh());
  walkWithArrows(form.querySelector(".editor-toolbar"));

  // EasyMDE's own actions work on the selection; these are the ones that people use.
  function toolbar() {
    const button = (name, action, text) => ({ name: `tool-${name}`, action, className: "tool", text, title: text });
    return [
      button("heading", EasyMDE.toggleHeading2, say.heading),
      button("bold", EasyMDE.toggleBold, say.bold),
      button("italic", EasyMDE.toggleItalic, say.italic),
      button("list", EasyMDE.toggleUnorderedList, say.list),
      button("numbered", EasyMDE.toggleOrderedList, say.numbered),
      button("link", () => pick("link"), say.link),
      ...(url.upload ? [button("picture", () => pick("picture"), say.picture)] : []),
      button("callout", () => insert(`\n!!! tip "${say.noticeTitle}"\n    ${say.noticeText}\n`), say.notice),
      button("table", EasyMDE.drawTable, say.table),
      button("undo", EasyMDE.undo, say.undo),
      button("preview", () => preview.toggle(), say.preview),
    ];
  }

  function tableText() {
    const row = (cell) => `| ${cell} | ${cell} |\n`;
    return `\n\n${row(say.column)}| --- | --- |\n${row(say.cell)}\n`;
  }

  // One stop for the Tab key; the arrows go from button to button.
  function walkWithArrows(bar) {
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", say.toolbar);
    const buttons = [...bar.querySelectorAll("button")];
    const stopAt = (chosen) => buttons.forEach((button) => { button.tabIndex = button === chosen ? 0 : -1; });
    stopAt(buttons[0]);
    bar.addEventListener("focusin", (event) => stopAt(event.target));
    bar.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(event.target);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      buttons.at(to % buttons.length).focus();
    });
  }

  // What no key brought (an accent's menu, dictation, a correction) stands in the page and is read
  // a moment later; a key that comes first would write the line anew without it. So it is read before.
  function readWhatIsThere(wrapper) {
    const reading = code.display.input;
    const read = () => {
      if (reading.readDOMTimeout == null || reading.composing) return;
      clearTimeout(reading.readDOMTimeout);
      reading.readDOMTimeout = null;
      reading.updateFromDOM();
    };
    for (const type of ["keydown", "keypress"]) wrapper.addEventListener(type, read, true);
    form.addEventListener("submit", read, true);
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
      if (url.upload) pick("picture", files[0]);
      else drafts.tell(say.noPictures);
    });
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

  function take([title, slug, summary, text]) {
    for (const [name, value] of Object.entries({ title, slug, summary })) if (field(name)) field(name).value = value;
    code.setValue(text);
    code.focus();
  }

  if (field("slug")) followTitle();

  // The address follows the title of a new guide, until somebody writes one; it is checked.
  function followTitle() {
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
    form.addEventListener("change", ({ target }) => { if (target.name === "parent" && slug.value) check({ slug: slug.value }); });
  }

  const drafts = keepDrafts({ form, field, fields, body, say, take });
  preview = startPreview({ form, code, body, say });
  const changed = () => {
    drafts.keepHere();
    preview.changed();
  };
  code.on("change", changed);
  form.addEventListener("input", changed);
}
