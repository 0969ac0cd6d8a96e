// The button in a report that brings removed articles back.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-undo]");
  if (!button) return;
  button.disabled = true;
  trigger("bring_back", { ids: button.dataset.undo.split(" ") });
});
