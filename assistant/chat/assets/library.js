// The table of articles: fetched once, filtered and sorted here, drawn as far as one scrolls.
const STEP = 50;
const [ID, TITLE, OUTLET, DATE, LANGUAGE, PAGES, WORDS, ADDED, COPIES, TAGS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

let rows = [];
let matches = [];
let drawn = 0;
let order = { column: DATE, down: true };
let fetching = 0;
const selected = new Set();

const find = (selector) => element.querySelector(selector);
const shelf = () => find(".shelf");
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const plain = (number) => number.toLocaleString(shelf().dataset.locale);

const cell = (row, tagName, className, content) => {
  const made = document.createElement(tagName);
  made.className = className;
  made.append(content);
  row.append(made);
  return made;
};

const drawRow = (article) => {
  const row = document.createElement("tr");
  row.dataset.id = article[ID];
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = selected.has(article[ID]);
  box.ariaLabel = filled(shelf().dataset.select, { title: article[TITLE] });
  cell(row, "td", "tick", box);
  const title = document.createElement("button");
  title.type = "button";
  title.dir = "auto";
  title.dataset.read = article[ID];
  title.textContent = article[TITLE];
  const named = cell(row, "td", "title", title);
  for (const tag of article[TAGS]) {
    const label = document.createElement("button");
    label.type = "button";
    label.className = "label-tag";
    label.textContent = label.dataset.tag = tag;
    named.append(label);
  }
  const amend = document.createElement("button");
  amend.type = "button";
  amend.className = "amend";
  amend.textContent = shelf().dataset.amend;
  amend.ariaLabel = `${shelf().dataset.amend}: ${article[TITLE]}`;
  named.append(amend);
  cell(row, "td", "outlet", article[OUTLET]).dir = "auto";
  cell(row, "td", "date", article[DATE]);
  cell(row, "td", "language", article[LANGUAGE]);
  cell(row, "td", "pages", article[PAGES] ? plain(article[PAGES]) : "");
  cell(row, "td", "words", plain(article[WORDS]));
  cell(row, "td", "added", article[ADDED]);
  cell(row, "td", "copies", article[COPIES] ? plain(article[COPIES]) : "");
  row.classList.toggle("selected", box.checked);
  return row;
};

const drawMore = () => {
  const next = matches.slice(drawn, drawn + STEP).map(drawRow);
  find("tbody").append(...next);
  drawn += next.length;
};

const drawTools = () => {
  for (const name of ["remove", "ask-within", "tag"]) {
    const button = find(`.tools .${name}`);
    button.hidden = selected.size === 0;
    button.textContent = filled(button.dataset.label, { count: plain(selected.size) });
  }
  if (!selected.size) find(".tag-form").hidden = true;
  const all = find("thead .all");
  const chosen = matches.filter((article) => selected.has(article[ID])).length;
  all.checked = chosen > 0 && chosen === matches.length;
  all.indeterminate = chosen > 0 && chosen < matches.length;
};

// Sorting 50,000 titles takes a fifth of a second, so it is done only when the order changes.
const sort = () => {
  const { column, down } = order;
  const compare = new Intl.Collator(shelf().dataset.locale, { numeric: true }).compare;
  rows.sort((a, b) => {
    const numbers = typeof a[column] === "number";
    const way = numbers ? a[column] - b[column] : compare(a[column], b[column]);
    return down ? -way : way;
  });
};

const draw = () => {
  if (!shelf()) return;
  const words = fold(find(".filter").value).split(/\s+/).filter(Boolean);
  matches = rows.filter((row) => words.every((word) => row.text.includes(word)));
  const { column, down } = order;
  for (const head of element.querySelectorAll("th [data-column]")) {
    const mine = Number(head.dataset.column) + 1 === column;
    if (mine) head.parentElement.ariaSort = down ? "descending" : "ascending";
    else head.parentElement.removeAttribute("aria-sort");
  }
  find("tbody").replaceChildren();
  drawn = 0;
  find("div.table").scrollTop = 0;
  drawMore();
  const { empty, noMatch, shown } = shelf().dataset;
  const counts = { shown: plain(matches.length), total: plain(rows.length) };
  find(".count").textContent = !rows.length ? empty : matches.length ? filled(shown, counts) : noMatch;
  find("div.table").hidden = !matches.length;
  find(".tools").hidden = !rows.length;
  drawTools();
  drawTime(matches);
};

const fetchRows = async () => {
  const turn = ++fetching;
  const answer = await server.rows({}).catch(() => null);
  if (turn !== fetching || !answer || !shelf()) return;
  if (answer.error) {
    find(".count").textContent = [answer.error, answer.hint].filter(Boolean).join(" ");
    return;
  }
  rows = answer.rows;
  for (const row of rows) row.text = fold([row[TITLE], row[OUTLET], row[DATE], row[LANGUAGE], ...row[TAGS]].join(" "));
  const there = new Set(rows.map((row) => row[ID]));
  for (const id of selected) if (!there.has(id)) selected.delete(id);
  sort();
  draw();
};

const choose = (id, on) => (on ? selected.add(id) : selected.delete(id));

element.addEventListener("change", ({ target }) => {
  if (target.matches("thead .all")) {
    for (const article of matches) choose(article[ID], target.checked);
    for (const box of element.querySelectorAll("tbody input")) {
      box.checked = target.checked;
      box.closest("tr").classList.toggle("selected", box.checked);
    }
  } else if (target.matches("tbody input")) {
    const row = target.closest("tr");
    choose(row.dataset.id, target.checked);
    row.classList.toggle("selected", target.checked);
  } else return;
  drawTools();
});

element.addEventListener("input", ({ target }) => target.matches(".filter") && draw());

element.addEventListener("click", ({ target }) => {
  const head = target.closest("th [data-column]");
  if (head) {
    const column = Number(head.dataset.column) + 1;
    order = { column, down: order.column === column ? !order.down : column >= PAGES || column === DATE };
    sort();
    draw();
  } else if (target.closest(".tools .remove")) {
    trigger("take_out", { ids: [...selected] });
    selected.clear();
    drawTools();
  } else if (target.closest(".label-tag")) {
    filterBy(target.closest(".label-tag").dataset.tag);
  } else if (target.closest(".amend")) {
    amend(target.closest("tr"));
  } else if (target.closest(".tools .tag")) {
    find(".tag-form").hidden = !find(".tag-form").hidden;
    find(".tag-form input").focus();
  } else if (target.closest(".tag-form .take")) {
    giveTag({ remove: [find(".tag-form input").value] });
  } else if (target.closest(".tools .ask-within")) {
    trigger("ask_within", { ids: [...selected] });
  }
});

element.addEventListener(
  "scroll",
  ({ target }) => {
    const near = target.scrollTop + target.clientHeight > target.scrollHeight - 600;
    if (target.matches?.("div.table") && near && drawn < matches.length) drawMore();
  },
  true,
);

const told = (text) => (find(".count").textContent = text);
const sent = async (name, what) => {
  const answer = await server[name](what).catch(() => ({ error: "…" }));
  if (answer.error) told([answer.error, answer.hint].filter(Boolean).join(" "));
  return !answer.error;
};

// A tag makes a set of articles, which the filters of a question offer.
const giveTag = async (what) => {
  if (!(await sent("tag", { ids: [...selected], ...what }))) return;
  find(".tag-form").hidden = true;
  find(".tag-form input").value = "";
  await fetchRows();
};
element.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.matches(".tag-form")) giveTag({ add: [find(".tag-form input").value] });
});

// Title, outlet and date are corrected in the row; Esc leaves them as they were.
const amend = (row) => {
  const article = rows.find((one) => one[ID] === row.dataset.id);
  const texts = shelf().dataset;
  const form = document.createElement("form");
  form.className = "amend-form";
  const field = (name, label, value, type = "text") => {
    const box = document.createElement("input");
    Object.assign(box, { name, type, value, ariaLabel: label, placeholder: label });
    form.append(box);
    return box;
  };
  const title = field("title", texts.fieldTitle, article[TITLE]);
  field("outlet", texts.fieldOutlet, article[OUTLET]);
  field("published", texts.fieldDate, article[DATE], "date");
  const press = (className, text, type) => {
    const made = document.createElement("button");
    Object.assign(made, { className, textContent: text, type });
    form.append(made);
    return made;
  };
  press("plain", texts.save, "submit");
  const close = () => form.replaceWith(...inside);
  press("inline", texts.cancel, "button").addEventListener("click", close);
  press("inline", texts.unamend, "button").addEventListener("click", async () => {
    if (!(await sent("unamend", { id: article[ID] }))) return;
    await fetchRows();
    told(texts.unamended);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const given = Object.fromEntries(new FormData(form));
    if (!(await sent("amend", { id: article[ID], ...given }))) return;
    await fetchRows();
    told(texts.saved);
  });
  const cell = row.querySelector("td.title");
  const inside = [...cell.childNodes];
  cell.replaceChildren(form);
  title.select();
};

const filterBy = (text) => {
  find(".filter").value = text;
  draw();
};

document.addEventListener("assistant:changed", fetchRows);
watch("value", fetchRows);
if (shelf()) fetchRows();
