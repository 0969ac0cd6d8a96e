// The drawer of conversations: find, open, rename, delete with undo, take out; and the thumbs.
const find = (selector) => element.querySelector(selector);
const drawer = () => find(".drawer");
const texts = () => drawer().dataset;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
let opener = null;
let fetching = 0;

const make = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  return made;
};
const button = (className, text, act) => {
  const made = make("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};
const say = (text, undo) => {
  const line = find(".drawer > .note");
  line.replaceChildren(text);
  if (undo) line.append(" ", button("inline", texts().undo, undo));
};
const call = async (name, sent) => {
  const answer = await server[name](sent).catch(() => ({ error: texts().error }));
  if (answer.error) say([answer.error, answer.hint].filter(Boolean).join(" "));
  return answer.error ? null : answer;
};

const save = ({ name, text }) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
const takeOut = async (sent) => {
  const file = await call("take_out", sent);
  if (file) save(file);
};

const when = (iso) => {
  const day = new Date(iso);
  const today = day.toDateString() === new Date().toDateString();
  const shape = today ? { timeStyle: "short" } : { dateStyle: "medium" };
  return new Intl.DateTimeFormat(texts().locale, shape).format(day);
};

const rename = (row, talk) => {
  const box = make("input", "name");
  box.value = talk.title;
  box.ariaLabel = texts().rename;
  let done = false;
  const end = async (keep) => {
    if (done) return;
    done = true;
    if (keep && box.value.trim() && box.value !== talk.title) {
      await call("change", { what: "rename", id: talk.id, title: box.value });
    }
    list();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key === "Enter");
  });
  box.addEventListener("blur", () => end(true));
  row.querySelector(".open").replaceWith(box);
  box.select();
};

const remove = async (talk) => {
  if (!(await call("change", { what: "delete", id: talk.id }))) return;
  if (new URL(location.href).searchParams.get("c") === talk.id) trigger("open", { id: "" });
  await list();
  say(filled(texts().deleted, { title: talk.title }), async () => {
    await call("change", { what: "restore", id: talk.id });
    say("");
    list();
  });
};

const drawRow = (talk) => {
  const row = make("li", "row");
  const open = button("open", "", () => {
    close();
    document.querySelector("#ask-tab-button")?.click();
    trigger("open", { id: talk.id });
  });
  open.dir = "auto";
  open.append(make("span", "title", talk.title), make("span", "about", ""));
  open.lastChild.textContent = [when(talk.changed), filled(texts().count, { count: talk.count })].join(" · ");
  const menu = document.createElement("details");
  const summary = make("summary", "", "⋯");
  summary.ariaLabel = filled(texts().menu, { title: talk.title });
  const box = make("div", "menu");
  box.append(
    button("inline", texts().rename, () => rename(row, talk)),
    button("inline", texts().markdown, () => takeOut({ id: talk.id, kind: "markdown" })),
    button("inline", texts().json, () => takeOut({ id: talk.id, kind: "json" })),
    button("inline delete", texts().delete, () => remove(talk)),
  );
  box.addEventListener("click", () => (menu.open = false));
  menu.append(summary, box);
  row.append(open, menu);
  row.classList.toggle("here", new URL(location.href).searchParams.get("c") === talk.id);
  return row;
};

const list = async () => {
  const turn = ++fetching;
  const search = find(".filter").value;
  const answer = await call("talks", { search });
  if (turn !== fetching || !answer) return;
  find(".rows").replaceChildren(...answer.talks.map(drawRow));
  say(answer.talks.length ? "" : search ? texts().noMatch : texts().empty);
};

const close = () => {
  if (!drawer() || drawer().hidden) return;
  drawer().hidden = true;
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus({ preventScroll: true });
};

// --- thumbs: one click is enough; a word of why may follow ---
// The turn may have been drawn anew while the server answered: the thumb is then another one.
const shownNow = (thumb, id) => {
  const { rate: kind, number } = thumb.dataset;
  const same = `[data-conversation="${CSS.escape(id)}"] [data-rate="${kind}"][data-number="${number}"]`;
  return thumb.isConnected ? thumb : document.querySelector(same);
};
const rate = async (clicked, why) => {
  const id = clicked.closest("[data-conversation]")?.dataset.conversation;
  const pressed = clicked.ariaPressed === "true" && why === undefined;
  const verdict = pressed ? "none" : clicked.dataset.rate;
  const sent = { id, number: Number(clicked.dataset.number), verdict, why: why ?? "" };
  if (!(await call("rate", sent))) return null;
  const thumb = shownNow(clicked, id);
  if (!thumb) return null;
  for (const other of thumb.parentElement.querySelectorAll("[data-rate]")) other.ariaPressed = "false";
  thumb.ariaPressed = String(!pressed);
  return pressed ? null : thumb;
};
const askWhy = (thumb) => {
  const form = make("form", "why-form");
  const box = make("input", "");
  box.placeholder = box.ariaLabel = thumb.dataset.askWhy;
  box.value = thumb.dataset.why;
  box.maxLength = 500;
  const send = make("button", "plain", thumb.dataset.send);
  form.append(box, send);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await rate(thumb, box.value)) form.replaceChildren(make("p", "note", thumb.dataset.thanks));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    form.remove();
  });
  thumb.closest(".turn").append(form);
  box.focus();
};

document.addEventListener("click", async (event) => {
  const at = (selector) => event.target.closest?.(selector);
  const thumb = at("[data-rate]");
  if (thumb) {
    thumb.closest(".turn").querySelector(".why-form")?.remove();
    const rated = await rate(thumb);
    if (rated) askWhy(rated);
  } else if (at(".open-talks")) {
    opener = at(".open-talks");
    if (!drawer().hidden) return close();
    drawer().hidden = false;
    opener.setAttribute("aria-expanded", "true");
    find(".filter").focus({ preventScroll: true });
    list();
  } else if (drawer() && !drawer().hidden && !at(".drawer") && event.target.isConnected) {
    close();
  }
});
element.addEventListener("click", (event) => {
  if (event.target.closest(".close")) close();
  if (event.target.closest(".ratings")) takeOut({ kind: "ratings" });
});
element.addEventListener("input", (event) => event.target.matches(".filter") && list());
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !drawer() || drawer().hidden || event.target.matches(".name")) return;
    event.preventDefault();
    close();
  },
  true,
);
addEventListener("popstate", () => {
  const id = new URL(location.href).searchParams.get("c") || "";
  const shown = document.querySelector("#live .turn")?.dataset.conversation || "";
  if (id === shown) return; // only the answer in it was linked to
  document.documentElement.dataset.going = id;
  trigger("open", { id });
});
document.addEventListener("assistant:go", ({ detail }) => setTimeout(() => trigger("open", { id: detail }), 50));
