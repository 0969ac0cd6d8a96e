// Says when the server does not answer, and picks up when it is back: the conversation is in the
// address, what was being typed and which tab was open are kept in the browser's tab. Gradio reloads
// the page by itself at times, so they are kept whenever the page is left.
const DRAFT = "assistant:draft";
const TAB = "assistant:tab";
// A page loaded anew has no files to send: what is being added is finished before, and while reasons
// for failures are in sight they stay.
const OPEN = ["waiting", "sending", "arrived", "working"].map((state) => `[data-state=${state}]`).join();
const failure = () => document.querySelector(".rows [data-state=failed]");
const adding = () => document.querySelector(`.rows :is(${OPEN})`);
const busy = () => adding() || failure()?.offsetParent;
// Gradio asks for its app_id until the server is back, and then loads the page anew at once.
const ask = window.fetch;
window.fetch = (what, how) =>
  busy() && String(what).endsWith("/app_id") ? Promise.reject(new TypeError("not yet")) : ask(what, how);
const typed = () => document.querySelector("#question textarea");
const offline = document.createElement("p");
offline.className = "offline";
offline.role = "alert";
offline.hidden = true;
document.querySelector(".gradio-container").append(offline);
let started = null;
const tell = (text) => {
  if (offline.textContent !== text) offline.textContent = text ?? ""; // each change is read aloud
  offline.hidden = !text;
};

const alive = async () => {
  const answer = await fetch("healthz", { cache: "no-store" }).then((r) => r.json()).catch(() => null);
  const texts = panel()?.dataset ?? {};
  if (!answer || answer.status !== "ok") {
    document.documentElement.classList.add("lost"); // Gradio says so, too: one voice is enough
    return tell(texts.offline);
  }
  document.dispatchEvent(new Event("assistant:alive"));
  started ??= answer.started;
  if (started === answer.started) return tell("");
  if (!busy()) return location.reload();
  tell(adding() ? texts.restarted : texts.restartedFailed);
};
setInterval(alive, 3000);
alive();

addEventListener("pagehide", () => {
  sessionStorage.setItem(TAB, document.querySelector("#tabs [role=tab][aria-selected=true]")?.id ?? "");
  const text = typed()?.value;
  text ? sessionStorage.setItem(DRAFT, text) : sessionStorage.removeItem(DRAFT);
});
const draft = sessionStorage.getItem(DRAFT);
if (draft) {
  const waiting = setInterval(() => {
    if (!typed() || !document.querySelector(":is(.welcome, .turn)")) return;
    clearInterval(waiting);
    if (typed().value) return;
    typed().value = draft;
    typed().dispatchEvent(new Event("input", { bubbles: true }));
  }, 100);
}
const left = sessionStorage.getItem(TAB);
if (left && !location.hash) {
  const waiting = setInterval(() => {
    const tab = document.getElementById(left);
    if (!tab) return;
    clearInterval(waiting);
    tab.click();
  }, 100);
}
