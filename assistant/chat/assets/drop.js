// Files and folders may be dropped anywhere on the page; the Library comes to the front and takes
// them. (Its own script runs only once its tab has been opened.)
// Everything below what was dropped: a folder gives its entries a hundred at a time.
const entriesOf = (folder) => {
  const reader = folder.createReader();
  const batch = () => new Promise((done) => reader.readEntries(done, () => done([])));
  const all = async (found = []) => {
    const more = await batch();
    return more.length ? all([...found, ...more]) : found;
  };
  return all();
};
const filesBelow = async (entry, path = "") => {
  const here = path + entry.name;
  if (entry.isFile) {
    const file = await new Promise((done) => entry.file(done, () => done(null)));
    return file ? [{ name: file.name, path: here, file }] : [];
  }
  const found = [];
  for (const inside of await entriesOf(entry)) found.push(...(await filesBelow(inside, `${here}/`)));
  return found;
};

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.documentElement.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.documentElement.classList.remove("dropping");
});
document.addEventListener("drop", async (event) => {
  document.documentElement.classList.remove("dropping");
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...event.dataTransfer.files];
  document.dispatchEvent(new CustomEvent("assistant:tab", { detail: "library" }));
  const found = entries.length ? [] : plain;
  for (const entry of entries) found.push(...(await filesBelow(entry)));
  const waiting = setInterval(() => {
    if (!document.querySelector(".intake")) return;
    clearInterval(waiting);
    document.dispatchEvent(new CustomEvent("assistant:files", { detail: found }));
  }, 50);
});
