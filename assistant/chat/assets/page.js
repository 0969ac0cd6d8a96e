// Runs once when the page opens: citation chips, copying, the way between tabs, keys.
// Every click is heard at the document, so nothing in the page needs a handler of its own.
() => {
  const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const behavior = () => (calm.matches ? "auto" : "smooth");
  // The room takes what the masthead leaves of the window, whatever the status line has to say.
  const fit = () => {
    const room = document.querySelector(".room");
    if (!room?.offsetParent) return;
    const top = Math.round(room.getBoundingClientRect().top + scrollY);
    document.documentElement.style.setProperty("--above", `${top}px`);
  };
  const masthead = new ResizeObserver(fit);

  // The server chooses the language; the document and the browser's tab follow the masthead.
  const named = () => {
    const heading = document.querySelector("#masthead h1");
    if (!heading) return;
    document.documentElement.lang = heading.lang;
    if (document.title !== heading.textContent) document.title = heading.textContent;
  };
  const wait = setInterval(() => {
    const status = document.getElementById("status");
    if (!status) return;
    clearInterval(wait);
    new MutationObserver(named).observe(document.getElementById("masthead"), {
      subtree: true,
      childList: true,
    });
    named();
    masthead.observe(status);
    masthead.observe(document.body);
  }, 50);

  // A chip shows the sources of its own answer, lights its card up and brings it into view.
  const cite = (turn, number, { focus = true } = {}) => {
    const card = document.getElementById(`source-${turn}-${number}`);
    if (!card) return;
    for (const section of document.querySelectorAll(".sources section")) {
      section.hidden = section.dataset.turn !== turn;
    }
    for (const lit of document.querySelectorAll(".card.lit")) lit.classList.remove("lit");
    card.classList.add("lit");
    card.scrollIntoView({ behavior: behavior(), block: "nearest" });
    if (focus) card.focus({ preventScroll: true });
  };

  // The article opens at the quote that was clicked; other quotes from it are marked as well, and
  // the other sources of the same answer are a key away.
  const span = (button) => [Number(button.dataset.start), Number(button.dataset.end)];
  const read = (button, { from = button } = {}) => {
    const section = button.closest("section[data-turn]");
    const quotes = section ? [...section.querySelectorAll(".card [data-read]")] : [];
    const source = (one) => {
      const own = span(one)[1] > 0 ? [span(one)] : [];
      const others = quotes.filter((other) => other !== one && other.dataset.read === one.dataset.read);
      const marks = own.length ? [...own, ...others.map(span)] : [];
      return { id: one.dataset.read, marks, card: one.closest(".card")?.id };
    };
    const among = quotes.includes(button) ? quotes : [button];
    say("assistant:read", { sources: among.map(source), at: among.indexOf(button), opener: from });
  };

  document.addEventListener("assistant:source", ({ detail }) => {
    const [, turn, number] = detail?.match(/^source-(\d+)-(\d+)$/) ?? [];
    if (turn) cite(turn, number, { focus: false });
  });

  const copy = async (button, text) => {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea"); // without a secure context
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), 1500);
  };

  // The last question can be changed: what is asked then takes its place. Esc leaves it as it was.
  const box = () => document.querySelector("#question textarea");
  const desk = () => document.querySelector(".desk");
  const write = (text) => {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  };
  let again = 0;
  const edit = (button) => {
    again = Number(button.dataset.again);
    desk().dataset.editing = button.dataset.note;
    write(button.dataset.question);
    box().focus();
  };
  const stopEditing = () => {
    again = 0;
    delete desk().dataset.editing;
  };
  const askAgain = (event) => {
    event.preventDefault();
    event.stopPropagation();
    const question = box().value;
    if (!question.trim()) return;
    say("assistant:again", { question, again });
    stopEditing();
    write("");
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.target !== box() || event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey && again) askAgain(event);
      else if (event.key === "ArrowUp" && !box().value) {
        const last = document.querySelector("#live [data-question]");
        if (!last) return;
        event.preventDefault();
        edit(last);
      } else if (event.key === "Escape" && again) {
        event.preventDefault();
        stopEditing();
        write("");
      }
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => again && event.target.closest?.("#ask") && askAgain(event),
    true,
  );

  // A link to one answer leads there once the conversation is drawn.
  const arrive = () => {
    const wanted = location.hash.match(/^#turn-\d+$/) && document.querySelector(location.hash);
    if (!wanted) return;
    arriving.disconnect();
    wanted.scrollIntoView({ block: "start" });
    wanted.classList.add("linked");
  };
  const arriving = new MutationObserver(arrive);
  if (location.hash) arriving.observe(document.body, { subtree: true, childList: true });

  const openTab = (name) => document.querySelector(`#${name}-tab-button`)?.click();

  // The browser's own calendar for dates; Gradio knows no such field.
  const dateFields = () => {
    for (const field of document.querySelectorAll("#filters .date input")) field.type = "date";
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const chip = at("a.chip[data-turn]");
    if (chip) {
      event.preventDefault();
      cite(chip.dataset.turn, chip.dataset.number);
      const card = document.getElementById(`source-${chip.dataset.turn}-${chip.dataset.number}`);
      const quote = card?.querySelector("[data-read]");
      if (quote) read(quote, { from: chip });
    } else if (at("[data-read]")) {
      read(at("[data-read]"));
    } else if (at("[data-copy]")) {
      copy(at("[data-copy]"), at("[data-copy]").dataset.copy);
    } else if (at("[data-link]")) {
      const { conversation } = at(".turn").dataset;
      const link = new URL(`?c=${conversation}#turn-${at("[data-link]").dataset.link}`, location.href);
      copy(at("[data-link]"), link.href);
    } else if (at("[data-question]")) {
      edit(at("[data-question]"));
    } else if (at("[data-ask]") && matchMedia("(hover: hover)").matches) {
      document.querySelector("#question textarea")?.focus(); // its button is about to go
    } else if (at("[data-tab]")) {
      openTab(at("[data-tab]").dataset.tab);
    } else if (at("#filters")) {
      setTimeout(dateFields, 50);
    }
  });

  document.addEventListener("assistant:tab", ({ detail }) => openTab(detail));

  // "/" goes to the question, Esc stops an answer; the reader hears its own Esc first.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = document.querySelector("#question textarea");
      if (box?.offsetParent) {
        event.preventDefault();
        box.focus();
      }
    } else if (event.key === "Escape" && !event.defaultPrevented) {
      const stop = document.querySelector("#stop");
      if (stop?.offsetParent) stop.click();
    }
  });
};
