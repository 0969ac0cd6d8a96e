// The conversation of this tab is in its address, so that reload, back and a link find it again.
const address = (id) => {
  const url = new URL(location.href);
  id ? url.searchParams.set("c", id) : url.searchParams.delete("c");
  url.hash = id && new URL(location.href).searchParams.get("c") === id ? location.hash : "";
  return url;
};
let begun = false;
watch("value", () => {
  const id = props.value || "";
  const { going } = document.documentElement.dataset; // where back or forward lead
  if (going !== undefined) {
    if (going === id) delete document.documentElement.dataset.going;
    else document.dispatchEvent(new CustomEvent("assistant:go", { detail: going }));
    return;
  }
  const now = new URL(location.href).searchParams.get("c") || "";
  if (id !== now) history[begun ? "pushState" : "replaceState"]({}, "", address(id));
  begun = true;
});
