// Buttons that ask: examples, choices, "search everything". Keeps the end of the answer in view.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ask]");
  if (!button) return;
  const { ask: question } = button.dataset;
  trigger("ask", { question, everything: "everything" in button.dataset });
});

// A new question is brought into view; while its answer grows the page follows, as long as the
// reader has not scrolled away from its end.
let asked = "";
let following = true;
const nearEnd = () => innerHeight + scrollY >= document.documentElement.scrollHeight - 160;
addEventListener("scroll", () => (following = nearEnd()), { passive: true });
watch("value", () => {
  const turn = element.querySelector(".turn");
  if (!turn) return;
  if (turn.id !== asked) {
    asked = turn.id;
    if (turn.classList.contains("going-on")) {
      turn.scrollIntoView({ block: "start" });
      following = true;
    }
  } else if (following && turn.classList.contains("going-on")) {
    turn.scrollIntoView({ block: "end" });
  }
});
