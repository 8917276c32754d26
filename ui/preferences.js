// Runs once when the place of the panel is on the page; `trigger` tells the Python side what was set.
const panel = () => element.querySelector("#cq-preferences-panel");
const values = () => {
  const { caution, passages, other, model, address } = panel().elements;
  return {
    // Not by its name: the length of `elements` is their number.
    length: panel().querySelector("[name=length]:checked")?.value ?? "",
    caution: caution.value,
    passages: passages.validity.badInput ? "no number" : passages.value,
    other: other?.value === "yes",
    model: model?.value ?? "",
    address: address?.value ?? "",
  };
};

// The button stands elsewhere on the page.
window.colloquyPreferences?.abort();
window.colloquyPreferences = new AbortController();
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("[data-preferences]");
    if (!button) return;
    const does = button.dataset.preferences;
    if (does === "open") trigger("expand", {});
    if (does === "close") trigger("collapse", {});
    if (does === "defaults") trigger("clear", {});
    if (does === "check") {
      button.disabled = true;
      button.textContent = "Looking …";
      trigger("select", values());
    }
  },
  { signal: window.colloquyPreferences.signal },
);

element.addEventListener("submit", (event) => {
  event.preventDefault();
  trigger("submit", values());
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel()) trigger("collapse", {});
  if (event.key === "Enter" && event.target.matches("[name=model], [name=address]")) {
    // Enter in these asks whether the model is there; saving is a button of its own.
    event.preventDefault();
    panel().querySelector("[data-preferences=check]")?.click();
  }
});

// The page is mended in place: what was chosen or typed before would stay where the new page says otherwise.
let wasOpen = false;
watch("value", () => {
  for (const field of element.querySelectorAll("input")) {
    field.checked = field.defaultChecked;
    field.value = field.defaultValue;
  }
  for (const option of element.querySelectorAll("option")) option.selected = option.defaultSelected;
  const shown = panel();
  const check = shown?.querySelector("[data-preferences=check]");
  if (check) check.textContent = "Is it there?";
  if (shown && !wasOpen) shown.querySelector("input:checked")?.focus({ preventScroll: true });
  if (!shown && wasOpen) document.querySelector(".cq-gear")?.focus({ preventScroll: true });
  shown?.querySelector(".cq-checks")?.scrollIntoView({ block: "nearest" });
  wasOpen = Boolean(shown);
});
