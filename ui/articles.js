// Runs once for the filter and once for the list of the Articles tab; `trigger` tells the Python side what is wanted.
const day = (field) => (field.validity.badInput ? "an impossible date" : field.value);
const PAUSE = 250; // ms after the last key before the list is asked for

function fields(form) {
  const { words, publisher, first, last, undated, order } = form.elements;
  const text = { words: words.value, publisher: publisher.value, order: order.value };
  return { ...text, first: day(first), last: day(last), undated: undated.checked };
}

let typing = 0;
element.addEventListener("input", (event) => {
  const form = event.target.closest?.(".cq-filter");
  if (!form) return;
  clearTimeout(typing);
  // A day is typed number by number; only a whole one, or none, is looked for.
  if (event.target.type === "date" && !event.target.value && event.target.validity.badInput) return;
  typing = setTimeout(() => trigger("select", fields(form)), PAUSE);
});

element.addEventListener("reset", (event) => {
  event.preventDefault();
  trigger("clear", {});
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.matches(".cq-filter")) {
    clearTimeout(typing);
    trigger("select", fields(event.target));
  } else if (event.target.dataset.dated) {
    setDate(event.target, event.target.elements.when.value);
  }
});

// The date that is being typed, which outlives a list that is painted anew.
let editing = null;
element.addEventListener(
  "toggle",
  ({ target }) => {
    const form = target.matches?.(".cq-redate") && target.querySelector("form");
    if (form && target.open) editing = { id: form.dataset.dated, when: form.elements.when.value };
    else if (form && editing?.id === form.dataset.dated) editing = null;
  },
  { capture: true },
);
element.addEventListener("input", ({ target }) => {
  if (target.name === "when") editing = { id: target.form.dataset.dated, when: target.value };
});

// The list is asked at once whether the date can be; what is wrong is told where it was typed.
async function setDate(form, when) {
  const told = form.querySelector(".cq-wrong");
  try {
    told.textContent = await server.date({ id: form.dataset.dated, when });
  } catch {
    told.textContent = "The date could not be set. Is Colloquy still running?";
  }
  if (told.textContent) return;
  editing = null;
  trigger("edit", {});
}

element.addEventListener("change", (event) => {
  const { choose } = event.target.dataset;
  if (choose) trigger("select", { do: "choose", id: choose, on: event.target.checked });
});

element.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  const { page, remove, ask } = button.dataset;
  if (page !== undefined) {
    turned = true;
    trigger("select", { do: "page", start: Number(page) });
  } else if (remove !== undefined) confirmed(ask, () => trigger("delete", { id: remove }));
  else if (button.dataset.do === "ask") trigger("apply", {});
  else if (button.dataset.do) trigger("select", { do: button.dataset.do });
  else if (button.dataset.found !== undefined) setDate(button.form, "found");
});

// Asks once. A dialog of its own, outside the list, which may be painted anew meanwhile.
function confirmed(question, then) {
  const box = document.createElement("dialog");
  box.className = "cq-confirm";
  box.innerHTML =
    '<form method="dialog"><p dir="auto"></p><p class="cq-help">A file can be added again later.</p>' +
    '<div class="cq-scope-line"><button value="yes" class="cq-chip cq-risky">Remove</button>' +
    '<button value="no" class="cq-chip" autofocus>Keep</button></div></form>';
  box.querySelector("p").textContent = question;
  box.setAttribute("aria-label", question);
  box.addEventListener("close", () => {
    box.remove();
    if (box.returnValue === "yes") then();
  });
  document.body.append(box);
  box.showModal();
}

// The page is mended in place: a box that was ticked by hand would stay ticked for the article that takes its place.
let turned = false;
watch("value", () => {
  for (const box of element.querySelectorAll("input[type=checkbox]")) box.checked = box.defaultChecked;
  for (const field of element.querySelectorAll(".cq-redate input")) field.value = field.defaultValue;
  for (const told of element.querySelectorAll(".cq-wrong")) told.textContent = "";
  const form = element.querySelector(".cq-filter");
  if (form) {
    for (const field of form.querySelectorAll("input:not([type=checkbox])")) {
      if (field !== document.activeElement) field.value = field.defaultValue;
    }
    for (const option of form.querySelectorAll("option")) option.selected = option.defaultSelected;
  }
  const edited = editing && element.querySelector(`form[data-dated="${CSS.escape(editing.id)}"]`);
  if (edited) {
    edited.elements.when.value = editing.when;
    edited.closest("details").open = true;
  }
  if (turned) element.scrollIntoView({ block: "start" });
  turned = false;
});
