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
  const now = new URL(location.href).searchParams.get("c") || "";
  if (id !== now) history[begun ? "pushState" : "replaceState"]({}, "", address(id));
  begun = true;
});
