// Opens an article beside the conversation, at its quote; Esc or the cross closes it.
let opener = null;
let latest = 0;
const panel = () => element.querySelector(".reader");
const body = () => element.querySelector(".reader .body");

const close = () => {
  const reader = panel();
  if (!reader || reader.hidden) return;
  reader.hidden = true;
  document.documentElement.classList.remove("reading");
  body().replaceChildren();
  opener?.isConnected && opener.focus({ preventScroll: true });
  opener = null;
};

const note = (text) => {
  const line = document.createElement("p");
  line.className = "note";
  line.textContent = text;
  body().replaceChildren(line);
};

document.addEventListener("assistant:read", async ({ detail }) => {
  const turn = ++latest;
  opener = detail.opener;
  panel().hidden = false;
  document.documentElement.classList.add("reading");
  note(body().dataset.loading);
  body().focus({ preventScroll: true });
  try {
    const { html } = await server.article({ id: detail.id, marks: detail.marks });
    if (turn !== latest || panel().hidden) return;
    body().innerHTML = html; // made on the server, where every text in it was escaped
    body().scrollTop = 0;
    body().querySelector("mark.here")?.scrollIntoView({ block: "center" });
  } catch {
    if (turn === latest) note(body().dataset.error);
  }
});

element.addEventListener("click", (event) => {
  if (event.target.closest(".close")) close();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !panel() || panel().hidden) return;
    event.preventDefault();
    close();
  },
  true,
);
