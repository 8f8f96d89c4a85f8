// Unsaved text is kept: on this device at once, on the server every few seconds; and offered again.
const SAME_MOMENT = 15000; // milliseconds between what the device and what the server kept

export function keepDrafts({ form, field, fields, body, say, take }) {
  const url = form.dataset;
  const status = form.querySelector("[data-status]");
  const deviceKey = ["smartwiki-draft", url.person, url.draft || url.guide || "new", !url.draft && url.guide ? url.language : ""].join(":");
  const snapshot = () => JSON.stringify(fields());
  const hadProblems = form.querySelector(".form-errors") || document.querySelector(".conflict");
  const saved = hadProblems ? "" : snapshot();
  let leaving = false;
  let refused = false;
  let keptThere = saved;
  let lastBeat = 0;

  function tell(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function keepHere() {
    try {
      if (snapshot() === saved) localStorage.removeItem(deviceKey);
      else localStorage.setItem(deviceKey, JSON.stringify({ fields: fields(), mine: url.mine, at: Date.now() }));
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
        const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
        tell(say.kept.replace("{time}", time));
      }
    } catch (error) {
      const signedOut = error.message === "403";
      tell(signedOut ? say.signedOut : error.message === "413" ? say.tooLong : say.offline);
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
    if (notice) {
      notice.hidden = !others.length;
      notice.querySelector("[data-others-names]").textContent = others.join(", ");
    }
    const fresher = document.querySelector("[data-newer]");
    if (fresher) fresher.hidden = !newer;
  }

  if (url.keep) {
    setInterval(() => {
      if (document.hidden) return;
      if (snapshot() !== keptThere) keepThere(true);
      else if (Date.now() - lastBeat < 20000) return;
      else keepThere(false);
      lastBeat = Date.now();
    }, Number(url.every || 5) * 1000);
    if (url.guide) keepThere(false);
    addEventListener("pagehide", () => snapshot() !== keptThere && !leaving && navigator.sendBeacon?.(url.keep, body(true)));
  }

  // Leaving with unsaved text asks; sending does not.
  addEventListener("beforeunload", (event) => {
    if (!leaving && snapshot() !== saved) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    if (leaving) return event.preventDefault(); // a double click
    leaving = true;
    setTimeout(() => { leaving = false; }, 4000);
  });

  // What this device kept is offered, unless it was saved; and only the later of the two offers.
  function offer() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(deviceKey)); } catch { /* nothing */ }
    if (!kept) return;
    if (kept.mine !== url.mine || JSON.stringify(kept.fields) === saved) return localStorage.removeItem(deviceKey);
    const notice = document.querySelector("[data-device-draft]");
    const there = document.querySelector("[data-server-draft]");
    if (there && Number(there.dataset.serverDraft) * 1000 > (kept.at || 0) + SAME_MOMENT) return;
    const close = () => { notice.hidden = true; };
    notice.hidden = false;
    if (there) there.hidden = true;
    notice.querySelector("[data-take]").addEventListener("click", () => {
      take(kept.fields);
      close();
    });
    notice.querySelector("[data-drop]").addEventListener("click", () => {
      localStorage.removeItem(deviceKey);
      close();
      if (there) there.hidden = false;
    });
  }
  offer();

  return { keepHere, tell };
}
