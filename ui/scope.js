// Runs once when the control is on the page; `trigger` tells the Python side what to limit questions to.
const day = (field) => (field.validity.badInput ? "an impossible date" : field.value);

element.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-scope]");
  if (!button) return;
  const does = { open: "expand", close: "collapse", clear: "clear" }[button.dataset.scope];
  trigger(does, {});
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { first, last, chosen } = event.target.elements;
  const publishers = [...event.target.querySelectorAll("[name=publisher]:checked")].map((box) => box.value);
  trigger("submit", { publishers, first: day(first), last: day(last), chosen: chosen?.checked === true });
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.querySelector("#cq-scope-panel")) trigger("collapse", {});
});

element.addEventListener("input", (event) => {
  if (!event.target.matches(".cq-find")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const label of element.querySelectorAll(".cq-boxes label")) {
    label.hidden = !label.textContent.toLowerCase().includes(wanted);
  }
});

// The page is mended in place: what was ticked or typed before would stay where the new page says otherwise.
let wasOpen = false;
watch("value", () => {
  for (const box of element.querySelectorAll("input")) {
    box.checked = box.defaultChecked;
    box.value = box.defaultValue;
  }
  const panel = element.querySelector("#cq-scope-panel");
  if (panel && !wasOpen) panel.querySelector("input, button")?.focus({ preventScroll: true });
  if (!panel && wasOpen) element.querySelector("[data-scope=open]")?.focus({ preventScroll: true });
  wasOpen = Boolean(panel);
});

// On the answers: the same question without the limit.
window.colloquyUnlimited?.abort();
window.colloquyUnlimited = new AbortController();
document.addEventListener(
  "click",
  (event) => {
    const chip = event.target.closest?.("[data-unlimited]");
    if (chip) trigger("select", { turn: chip.dataset.unlimited });
  },
  { signal: window.colloquyUnlimited.signal },
);
