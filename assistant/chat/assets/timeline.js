// The shown articles over time: a bar a month, or a year where there are many; a click filters.
const SHADES = 5;
let by = "language";

const drawTime = (shown) => {
  const box = find(".timeline");
  if (!box?.open) return;
  const dated = shown.filter((article) => article[DATE]);
  const years = new Set(dated.map((article) => article[DATE].slice(0, 4)));
  const cut = years.size > 4 ? 4 : 7;
  const column = by === "language" ? LANGUAGE : OUTLET;
  const sizes = new Map();
  const bars = new Map();
  for (const article of dated) {
    const when = article[DATE].slice(0, cut);
    const name = article[column] || "–";
    sizes.set(name, (sizes.get(name) ?? 0) + 1);
    const bar = bars.get(when) ?? new Map();
    bars.set(when, bar.set(name, (bar.get(name) ?? 0) + 1));
  }
  const largest = [...sizes].sort((a, b) => b[1] - a[1]).slice(0, SHADES).map(([name]) => name);
  const total = (bar) => [...bar.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...[...bars.values()].map(total));
  const make = (className, text, title) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className, textContent: text, title });
    made.ariaLabel = title;
    return made;
  };
  const drawn = [...bars].sort(([a], [b]) => (a < b ? -1 : 1)).map(([when, bar]) => {
    const title = filled(box.dataset.bar, { when, count: plain(total(bar)) });
    const column = make("bar", "", title);
    column.dataset.filter = when;
    const counts = largest.map((name) => bar.get(name) ?? 0);
    counts.push(total(bar) - counts.reduce((sum, count) => sum + count, 0));
    counts.forEach((count, at) => {
      if (!count) return;
      const part = document.createElement("span");
      part.className = `shade-${at}`;
      part.style.height = `${(count / most) * 100}%`;
      column.append(part);
    });
    return column;
  });
  const legend = document.createElement("p");
  legend.className = "legend";
  const rest = sizes.size > SHADES ? [box.dataset.other] : [];
  legend.append(
    ...[...largest, ...rest].map((name, at) => {
      const label = make(`shade-${Math.min(at, SHADES)}`, name, name);
      if (at < SHADES && name !== "–") label.dataset.filter = name;
      return label;
    }),
  );
  const row = document.createElement("div");
  row.className = "row-of-bars";
  row.append(...drawn);
  find(".bars-of-time").replaceChildren(row, legend);
};

element.addEventListener("click", ({ target }) => {
  const way = target.closest(".timeline [data-by]");
  if (way) {
    by = way.dataset.by;
    for (const one of element.querySelectorAll(".timeline [data-by]")) {
      one.setAttribute("aria-pressed", String(one === way));
    }
    drawTime(matches);
  }
  const wanted = target.closest(".timeline [data-filter]");
  if (wanted) filterBy(find(".filter").value === wanted.dataset.filter ? "" : wanted.dataset.filter);
});
element.addEventListener("toggle", ({ target }) => target.matches(".timeline") && drawTime(matches), true);
