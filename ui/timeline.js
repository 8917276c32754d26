// Runs once when the Timeline tab is on the page; `trigger` tells the Python side of the period to show.
const day = (field) => (field.validity.badInput ? "an impossible date" : field.value);

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { first, last } = event.target.elements;
  trigger("select", { first: day(first), last: day(last) });
});

element.addEventListener("reset", () => trigger("select", { all: true }));
