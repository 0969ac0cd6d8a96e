// Says when the server does not answer, and picks up when it is back: the conversation is in the
// address, what was being typed is kept in the tab. Gradio reloads the page by itself at times, so
// the draft is kept whenever the page is left.
const DRAFT = "assistant:draft";
const typed = () => document.querySelector("#question textarea");
const offline = document.createElement("p");
offline.className = "offline";
offline.role = "alert";
offline.hidden = true;
document.querySelector(".gradio-container").append(offline);
let started = null;

const alive = async () => {
  const answer = await fetch("healthz", { cache: "no-store" }).then((r) => r.json()).catch(() => null);
  if (!answer || answer.status !== "ok") {
    offline.textContent = panel()?.dataset.offline ?? "";
    offline.hidden = !offline.textContent;
    return;
  }
  offline.hidden = true;
  if (started !== null && started !== answer.started) location.reload();
  started = answer.started;
};
setInterval(alive, 3000);
alive();

addEventListener("pagehide", () => {
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
