// Takes documents in: files and folders that are dropped or chosen, and addresses. Each has a row
// with its own progress, its own end and its own cross; two are on their way at a time.
const AT_ONCE = 2;
const find = (selector) => element.querySelector(selector);
const box = () => find(".intake");
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const OPEN = ["waiting", "sending", "working"];
let jobs = []; // { name, file | address, state, share, row, request }
let telling = 0;

// --- rows ---

const part = (name, className, text = "") => {
  const made = document.createElement(name);
  Object.assign(made, { className, textContent: text });
  return made;
};

const addRow = (job) => {
  const row = part("li", "");
  const name = part("strong", "name", job.name);
  name.dir = "auto";
  const bar = part("progress", "");
  Object.assign(bar, { max: 1, value: 0, ariaLabel: job.name });
  const cross = part("button", "cross", "✕");
  Object.assign(cross, { type: "button", ariaLabel: `${box().dataset.stop}: ${job.name}`, title: box().dataset.stop });
  cross.addEventListener("click", () => stop(job));
  row.append(name, part("span", "words"), cross, bar);
  job.row = row;
};

const show = (job, state, words, share) => {
  Object.assign(job, { state, share: share ?? 0 });
  job.row.dataset.state = state;
  job.row.querySelector(".words").textContent = words;
  const bar = job.row.querySelector("progress");
  bar.hidden = !["sending", "working"].includes(state);
  share === null ? bar.removeAttribute("value") : (bar.value = share ?? 0);
  job.row.querySelector(".cross").hidden = !OPEN.includes(state);
  sum();
};

const sum = () => {
  const texts = box().dataset;
  const ended = jobs.filter((job) => !OPEN.includes(job.state)).length;
  const failed = jobs.filter((job) => job.state === "failed").length;
  const counts = { done: ended, total: jobs.length, failed };
  const words = filled(failed ? texts.sumFailed : texts.sum, counts);
  if (find(".work .sum").textContent !== words) find(".work .sum").textContent = words;
  const under = jobs.reduce((all, job) => all + (OPEN.includes(job.state) ? job.share * 0.9 : 1), 0);
  find(".work > progress").value = under / Math.max(jobs.length, 1);
  find(".work > progress").hidden = find(".stop-all").hidden = ended === jobs.length;
  find(".clear-rows").hidden = ended !== jobs.length;
  find(".work").hidden = !jobs.length;
};

const fail = (job, reasons) => {
  show(job, "failed", "");
  tellWhy(job, reasons);
  find(".rows").prepend(job.row); // where it is seen
  next();
};

const tellWhy = (job, reasons) => {
  for (const [name, error, hint] of reasons) {
    const line = part("p", "why", [name, error].filter(Boolean).join(": "));
    if (hint) line.append(" ", part("span", "hint", hint));
    job.row.append(line);
  }
};

// --- the work ---

const next = () => {
  const running = jobs.filter((job) => ["sending", "working"].includes(job.state)).length;
  for (const job of jobs.filter((one) => one.state === "waiting").slice(0, Math.max(0, AT_ONCE - running))) send(job);
};

const stop = (job) => {
  if (!OPEN.includes(job.state)) return;
  show(job, "stopped", box().dataset.stopped);
  job.request?.abort();
  next();
};

const changed = () => {
  clearTimeout(telling);
  telling = setTimeout(() => document.dispatchEvent(new Event("assistant:changed")), 400);
};

const heard = (job, line) => {
  const news = JSON.parse(line);
  if (!news.done) return show(job, "working", news.words, news.share);
  const { kind, words, failures } = news.done;
  if (kind === "failed") return fail(job, failures);
  show(job, kind, words);
  tellWhy(job, failures);
  if (kind === "added") changed();
  next();
};

const send = (job) => {
  const texts = box().dataset;
  if (job.file?.size > texts.most * 1e6) return fail(job, [["", texts.tooLarge, texts.tooLargeHint]]);
  const request = (job.request = new XMLHttpRequest());
  let read = 0;
  const lines = () => {
    const whole = request.responseText.lastIndexOf("\n") + 1;
    const fresh = request.responseText.slice(read, whole).split("\n").filter(Boolean);
    read = Math.max(read, whole);
    for (const line of fresh) if (OPEN.includes(job.state)) heard(job, line);
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    if (OPEN.includes(job.state)) show(job, "sending", texts.sending, total ? loaded / total : null);
  });
  request.upload.addEventListener("load", () => OPEN.includes(job.state) && show(job, "working", texts.reading, null));
  request.addEventListener("progress", () => request.status === 200 && lines());
  request.addEventListener("loadend", () => OPEN.includes(job.state) && (request.status === 200 ? lines() : 0));
  request.addEventListener("loadend", () => OPEN.includes(job.state) && lost(job));
  request.open("POST", "intake");
  request.setRequestHeader(job.file ? "x-name" : "x-address", encodeURIComponent(job.path ?? job.name));
  show(job, "sending", job.file ? texts.sending : texts.reading, null);
  request.send(job.file);
};

// The request broke off: because the file is gone, or because the server is.
const lost = async (job) => {
  const texts = box().dataset;
  const there = !job.file || (await job.file.stream().getReader().read().catch(() => null));
  if (!OPEN.includes(job.state)) return;
  if (there) fail(job, [["", texts.unreachable, texts.unreachableHint]]);
  else fail(job, [["", texts.gone, texts.goneHint]]);
};

const take = (wanted) => {
  const fresh = wanted.map((job) => ({ state: "waiting", share: 0, ...job }));
  for (const job of fresh) addRow(job);
  find(".rows").append(...fresh.map((job) => job.row));
  jobs.push(...fresh);
  for (const job of fresh) {
    job.row.dataset.state = "waiting";
    job.row.querySelector(".words").textContent = box().dataset.waiting;
    job.row.querySelector("progress").hidden = true;
  }
  sum();
  next();
};

const takeFiles = (files) =>
  take(
    files
      .map((file) => ({ name: file.name, path: file.path ?? (file.webkitRelativePath || file.name), file: file.file ?? file }))
      .filter(({ path }) => !/[^/]\/\.[^/]*$/.test(path)), // hidden files of a folder
  );

// --- how they come in ---

document.addEventListener("assistant:files", ({ detail }) => takeFiles(detail));
element.addEventListener("change", ({ target }) => {
  if (!target.matches("input[type=file]")) return;
  takeFiles([...target.files]);
  target.value = "";
});
element.addEventListener("click", ({ target }) => {
  const choice = target.closest("[data-choose]");
  if (choice) find(`input.${choice.dataset.choose}`).click();
  if (target.closest(".stop-all")) for (const job of [...jobs]) stop(job);
  if (target.closest(".clear-rows")) {
    jobs = [];
    find(".rows").replaceChildren();
    sum();
  }
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const written = find("textarea");
  const addresses = written.value.split("\n").map((line) => line.trim()).filter(Boolean);
  take(addresses.map((address) => ({ name: address.includes("://") ? address : `https://${address}` })));
  written.value = "";
});
addEventListener("beforeunload", (event) => {
  if (jobs.some((job) => OPEN.includes(job.state))) event.preventDefault();
});
