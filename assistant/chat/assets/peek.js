// What a chip stands for, shown while the pointer or the keyboard's focus is on it.
const peek = document.createElement("div");
peek.className = "peek";
peek.hidden = true;
peek.role = "tooltip";
document.querySelector(".gradio-container").append(peek);

const showPeek = (chip) => {
  const { title, about, quote } = chip.dataset;
  const line = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.dir = "auto";
    made.textContent = text;
    return made;
  };
  peek.replaceChildren(line("strong", "", title), line("span", "about", about), line("q", "", quote));
  peek.hidden = false;
  const at = chip.getBoundingClientRect();
  const below = at.bottom + peek.offsetHeight + 12 < innerHeight;
  peek.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - peek.offsetHeight - 8)}px`;
  peek.style.left = `${Math.max(8, Math.min(at.left - 20, innerWidth - peek.offsetWidth - 8))}px`;
};
const chipAt = (event) => event.target.closest?.("a.chip[data-quote]");
for (const [shows, hides] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(shows, (event) => {
    const chip = chipAt(event);
    if (chip && (shows === "mouseover" || chip.matches(":focus-visible"))) showPeek(chip);
  });
  document.addEventListener(hides, (event) => chipAt(event) && (peek.hidden = true));
}
document.addEventListener("click", () => (peek.hidden = true));
