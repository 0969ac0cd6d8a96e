// Has a quote translated by the model; the translation stands under the quote, which stays.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-translate]");
  if (!button || button.disabled) return;
  button.disabled = true;
  const { translate: id, start, end, to } = button.dataset;
  const wanted = { id, start: Number(start), end: Number(end), to };
  const answer = await server.translate(wanted).catch(() => null);
  const shown = document.createElement("div");
  shown.className = "translation";
  if (answer) shown.innerHTML = answer.html;
  else shown.textContent = body().dataset.error;
  button.replaceWith(shown);
});
