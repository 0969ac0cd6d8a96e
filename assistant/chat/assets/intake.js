// Takes documents in: files and folders that are dropped or chosen, and addresses. Each has a row
// with its own progress, its own end and its own cross. Two are sent at a time; all that have arrived
// are added in one go, and meanwhile the next arrive.
const AT_ONCE = 2;
const MOST_ARRIVED = 40; // the others wait here: the server's disk is not theirs
const MOST_TRIES = 3; // of one whose sending breaks off although the server is there
const find = (selector) => element.querySelector(selector);
const box = () => find(".intake");
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const OPEN = ["waiting", "sending", "arrived", "working"];
let jobs = []; // { name, file | address, state, share, row, request, ticket }
let adding = false; // whether a batch is on its way into the corpus
let away = false; // whether the server is waited for
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
  cross.addEventListener("click", () => stop([job]));
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

const those = (state) => jobs.filter((job) => job.state === state);

const next = () => {
  if (away) return;
  const room = Math.min(AT_ONCE - those("sending").length, MOST_ARRIVED - those("arrived").length);
  for (const job of those("waiting").slice(0, Math.max(0, room))) send(job);
  if (!adding && those("arrived").length) add(those("arrived"));
};

const post = (path, tickets) => fetch(path, { method: "POST", body: JSON.stringify({ tickets }) });

const stop = (stopped) => {
  const open = stopped.filter((job) => OPEN.includes(job.state));
  for (const job of open) {
    show(job, "stopped", box().dataset.stopped);
    job.request?.abort();
  }
  const tickets = open.map((job) => job.ticket).filter(Boolean);
  if (tickets.length) post("intake/stop", tickets).catch(() => {});
  next();
};

const changed = () => {
  clearTimeout(telling);
  telling = setTimeout(() => document.dispatchEvent(new Event("assistant:changed")), 400);
};

const heard = (job, news) => {
  if (!OPEN.includes(job.state)) return;
  if (!news.done) return show(job, "working", news.words, news.share);
  const { kind, words, failures } = news.done;
  if (kind === "failed") return fail(job, failures);
  show(job, kind, words);
  tellWhy(job, failures);
  if (kind === "added") changed();
};

const send = (job) => {
  const texts = box().dataset;
  if (job.file?.size > texts.most * 1e6) return fail(job, [["", texts.tooLarge, texts.tooLargeHint]]);
  const request = (job.request = new XMLHttpRequest());
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    if (OPEN.includes(job.state)) show(job, "sending", texts.sending, total ? loaded / total : null);
  });
  request.addEventListener("loadend", () => {
    if (!OPEN.includes(job.state)) return;
    if (request.status !== 200) return lost(job);
    const news = JSON.parse(request.responseText);
    job.ticket = news.ticket;
    if (news.ticket) show(job, "arrived", texts.waiting);
    else heard(job, news);
    next();
  });
  request.open("POST", "intake");
  request.setRequestHeader(job.file ? "x-name" : "x-address", encodeURIComponent(job.path ?? job.name));
  show(job, "sending", job.file ? texts.sending : texts.waiting, null);
  request.send(job.file);
};

// Adds all that have arrived; the answer has a line for each piece of news about one of them.
const add = async (batch) => {
  const known = new Map(batch.map((job) => [job.ticket, job]));
  let rest = "";
  adding = true;
  try {
    const reply = await post("intake/add", [...known.keys()]);
    const pieces = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
      const lines = (rest + piece.value).split("\n");
      rest = lines.pop();
      for (const line of lines.filter(Boolean)) {
        const news = JSON.parse(line);
        if (known.has(news.ticket)) heard(known.get(news.ticket), news);
      }
    }
  } catch {} // what is still open is told of below
  adding = false;
  for (const job of batch) if (OPEN.includes(job.state)) lost(job);
  next();
};

// The request broke off: because the file is gone, or because the server is. That is waited for:
// what it had is sent again, and what it had added by then is only found to be there.
const lost = async (job) => {
  const texts = box().dataset;
  const there = !job.file || (await job.file.stream().getReader().read().catch(() => null));
  if (!OPEN.includes(job.state)) return;
  job.tries = (job.tries ?? 0) + 1;
  if (!there) return fail(job, [["", texts.gone, texts.goneHint]]);
  if (job.request.status > 200 || job.tries > MOST_TRIES) {
    return fail(job, [["", texts.unreachable, texts.unreachableHint]]);
  }
  away = true;
  show(job, "waiting", texts.waiting);
};

document.addEventListener("assistant:alive", () => {
  if (!away) return;
  away = false;
  next();
});

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
  if (target.closest(".stop-all")) stop(jobs);
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
