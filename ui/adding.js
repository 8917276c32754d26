// Runs once when what was added is on the page. Files that are too large are not sent at all, and told in words.
const most = MOST_BYTES;

element.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-stop]")) trigger("stop", {});
});

function guard(event) {
  if (!event.target.closest?.("#cq-files")) return;
  const files = [...(event.dataTransfer?.files ?? event.target.files ?? [])];
  const tooLarge = files.filter((file) => file.size > most);
  if (!tooLarge.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  trigger("upload", { files: tooLarge.slice(0, 10).map(({ name, size }) => ({ name, size })) });
  const rest = new DataTransfer();
  for (const file of files) if (file.size <= most) rest.items.add(file);
  const input = document.querySelector("#cq-files input[type=file]");
  if (!input) return;
  input.files = rest.files;
  if (rest.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
}

window.colloquyAdding?.abort();
window.colloquyAdding = new AbortController();
for (const name of ["drop", "change"]) {
  document.addEventListener(name, guard, { capture: true, signal: window.colloquyAdding.signal });
}
