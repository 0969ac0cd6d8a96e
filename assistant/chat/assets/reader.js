// Opens an article beside the conversation, at its quote: the text, or a PDF's page as a picture.
// n and p go to the next and the previous source, arrows turn pages, Esc or the cross closes.
let opener = null;
let latest = 0;
let sources = []; // of the answer that was clicked: { id, marks }
let at = 0;
let page = null;
let view = "page"; // what a person chose last for PDFs
const panel = () => element.querySelector(".reader");
const find = (selector) => element.querySelector(`.reader ${selector}`);
const body = () => find(".body");
const open = () => panel() && !panel().hidden;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const close = () => {
  if (!open()) return;
  panel().hidden = true;
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

const drawBar = (pdf) => {
  const several = sources.length > 1;
  for (const step of panel().querySelectorAll(".step")) step.hidden = !several;
  find(".previous").disabled = at === 0;
  find(".next").disabled = at === sources.length - 1;
  find(".at").textContent = several
    ? filled(panel().dataset.at, { number: at + 1, count: sources.length })
    : "";
  find(".views").hidden = !pdf;
  for (const button of panel().querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
};

const put = (html) => {
  body().innerHTML = html; // made on the server, where every text in it was escaped
  body().scrollTop = 0;
  body().querySelector("mark.here, .box")?.scrollIntoView({ block: "center" });
};

const draw = async () => {
  const turn = ++latest;
  const { id, marks } = sources[at];
  note(body().dataset.loading);
  body().focus({ preventScroll: true });
  try {
    const text = await server.article({ id, marks });
    const shown = text.pdf && view === "page" ? await server.picture({ id, marks, page }) : text;
    if (turn !== latest || !open()) return;
    page = shown.page ?? null;
    drawBar(text.pdf);
    put(shown.html);
  } catch {
    if (turn === latest) note(body().dataset.error);
  }
};

const turnTo = async (number) => {
  if (page === null || number < 1) return;
  const turn = ++latest;
  const { id, marks } = sources[at];
  const shown = await server.picture({ id, marks, page: number }).catch(() => null);
  if (!shown || turn !== latest || !open()) return;
  page = shown.page ?? page;
  put(shown.html);
};

const step = (by) => {
  if (at + by < 0 || at + by >= sources.length) return;
  at += by;
  page = null;
  document.dispatchEvent(new CustomEvent("assistant:source", { detail: sources[at].card }));
  draw();
};

document.addEventListener("assistant:read", ({ detail }) => {
  opener = detail.opener;
  sources = detail.sources;
  at = detail.at;
  page = null;
  panel().hidden = false;
  document.documentElement.classList.add("reading");
  drawBar(false);
  draw();
});

element.addEventListener("click", ({ target }) => {
  const on = (selector) => target.closest(selector);
  if (on(".close")) close();
  else if (on(".step")) step(on(".next") ? 1 : -1);
  else if (on("[data-view]")) {
    view = on("[data-view]").dataset.view;
    draw();
  } else if (on("[data-page]")) turnTo(Number(on("[data-page]").dataset.page));
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!open() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select") && event.key !== "Escape") return;
    const rtl = getComputedStyle(panel()).direction === "rtl" ? -1 : 1;
    const acts = {
      Escape: close,
      n: () => step(1),
      p: () => step(-1),
      ArrowRight: page === null ? null : () => turnTo(page + rtl),
      ArrowLeft: page === null ? null : () => turnTo(page - rtl),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  },
  true,
);
