// Runs once when the list of proposed questions is on the page; `trigger` tells the Python side of a decision.
// Gradio mends the list in place after each: the focus stays on the button that takes the place of the one pressed, but
// what was unfolded must be opened again.
const SETTLE = 350; // ms after a decision in which the second click of a double click would meet the next question
let settled = 0;
let pressed = false;
let unfolded = [];

element.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-decide]");
  if (!button || event.timeStamp < settled) return;
  settled = event.timeStamp + SETTLE;
  pressed = true;
  unfolded = [...element.querySelectorAll("details[open]")].map((details) => details.dataset.state);
  trigger("select", { id: button.dataset.id, state: button.dataset.decide });
});

watch("value", () => {
  if (pressed) settled = performance.now() + SETTLE;
  pressed = false;
  for (const state of unfolded) element.querySelector(`details[data-state="${state}"]`)?.setAttribute("open", "");
});
