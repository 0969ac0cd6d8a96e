// Buttons that ask: examples, choices, "search everything". Keeps the end of the answer in view.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ask]");
  if (!button) return;
  const { ask: question, again } = button.dataset;
  trigger("ask", { question, again, everything: "everything" in button.dataset });
});
// A question that was changed is asked in the place of the old one.
if (element.closest("#live")) {
  document.addEventListener("assistant:again", ({ detail }) => trigger("ask", detail));
}

// A new question is brought into view; while its answer grows the view follows, as long as the
// reader has not scrolled away from its end. On a wide screen the conversation scrolls by itself.
let asked = "";
let following = true;
const scroller = () => {
  const talk = element.closest(".talk");
  const own = talk && getComputedStyle(talk).overflowY === "auto";
  return own ? talk : document.scrollingElement;
};
const nearEnd = () => {
  const box = scroller();
  return box.clientHeight + box.scrollTop >= box.scrollHeight - 120;
};
addEventListener("scroll", () => (following = nearEnd()), { passive: true, capture: true });
watch("value", () => {
  const turn = element.querySelector(".turn");
  if (!turn) return;
  const growing = turn.classList.contains("going-on");
  if (turn.id !== asked) {
    asked = turn.id;
    following = true;
    if (growing) turn.scrollIntoView({ block: "start" });
  } else if (following && growing) {
    turn.scrollIntoView({ block: "end" });
  }
});
