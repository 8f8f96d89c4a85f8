// The dialog in which an editor finds a guide to link to, or a picture or file to put in.
let dialog;

export function openPicker({ kind, file, say, form, words, token, done, closed }) {
  const urls = form.dataset;
  dialog?.remove();
  dialog = document.createElement("dialog");
  dialog.className = "picker";
  dialog.append(document.getElementById(`picker-${kind}`).content.cloneNode(true));
  document.body.append(dialog);
  dialog.setAttribute("aria-label", dialog.querySelector("h2").textContent);
  const find = (selector) => dialog.querySelector(selector);
  dialog.addEventListener("close", () => { dialog.remove(); closed(); });
  find("[data-close]").addEventListener("click", () => dialog.close());
  const finish = (text) => { done(text); dialog.close(); };
  const escape = (text) => text.replace(/[[\]\\]/g, "\\$&").trim();

  if (kind === "link") linkPicker();
  else picturePicker();
  dialog.showModal();

  function choice(label, detail, act, language) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "choice";
    const strong = document.createElement("strong");
    strong.textContent = label;
    const small = document.createElement("span");
    small.textContent = detail;
    button.append(strong, small);
    button.addEventListener("click", act);
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  function linkPicker() {
    const search = find("[data-find]");
    const list = find("[data-found]");
    let asking, last = 0;
    const look = async () => {
      const turn = ++last;
      const query = new URLSearchParams({ q: search.value, language: urls.language });
      const answer = await fetch(`${urls.find}?${query}`).catch(() => null);
      if (!answer?.ok || turn !== last) return;
      const { guides } = await answer.json();
      const items = guides.map((guide) => choice(guide.title, [guide.language, guide.summary].filter(Boolean).join(" · "),
        () => finish(`[${escape(words || guide.title)}](guide:${guide.number})`)));
      if (/^https?:\/\/\S+$|^mailto:\S+@\S+$/.test(search.value.trim())) {
        const address = search.value.trim().replace(/[()<>]/g, encodeURIComponent);
        items.unshift(choice(search.value.trim(), say.otherSite, () => finish(`[${escape(words || search.value)}](${address})`)));
      }
      list.replaceChildren(...items);
      find("[data-none]").hidden = items.length > 0;
      find("[data-count]").textContent = items.length ? say.found.replace("{number}", items.length) : "";
    };
    search.addEventListener("input", () => { clearTimeout(asking); asking = setTimeout(look, 200); });
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault();
      list.querySelector("button")?.focus();
    });
    list.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const choices = [...list.querySelectorAll("button")];
      (choices[choices.indexOf(event.target) + step] || search).focus();
    });
    search.value = words.length < 60 ? words : "";
    look();
  }

  function picturePicker() {
    const upload = find("form");
    const problem = find("[data-problem]");
    const reference = (media) => media.picture ? `![](media:${media.number})` : `[${escape(words || media.name)}](media:${media.number})`;
    if (file) {
      const files = new DataTransfer();
      files.items.add(file);
      upload.elements.file.files = files.files;
    }
    upload.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.textContent = say.uploading;
      const data = new FormData(upload);
      data.append("csrfmiddlewaretoken", token());
      data.append("guide", urls.guide);
      data.append("language", urls.language);
      const answer = await fetch(urls.upload, { method: "POST", body: data, headers: { Accept: "application/json" } }).catch(() => null);
      const result = answer && (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
      if (answer?.ok) return finish(reference(result));
      problem.textContent = result.problem || (answer?.status === 403 ? say.signedOut : answer?.status === 413 ? say.tooBig : say.offline);
    });
    const list = find("[data-found]");
    if (urls.guide) {
      fetch(urls.files, { headers: { Accept: "application/json" } }).then((answer) => answer.json()).then(({ files }) => {
        list.replaceChildren(...files.map((media) => {
          const item = choice(media.alt || media.name, media.alt ? media.name : "", () => finish(reference(media)));
          if (media.thumbnail) {
            const image = document.createElement("img");
            image.src = media.thumbnail;
            image.alt = "";
            item.firstChild.prepend(image);
          }
          return item;
        }));
      }).catch(() => {});
    }
  }
}
