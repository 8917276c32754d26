// Runs once when the runs are on the page; `trigger` tells the Python side which to show.
element.addEventListener("change", (event) => {
  const form = event.target.closest?.(".cq-run-choice");
  if (form) trigger("select", { first: form.elements.first.value, second: form.elements.second.value });
});

// The page is mended in place: a choice made before would stay where the new page says otherwise.
watch("value", () => {
  for (const list of element.querySelectorAll("select")) {
    const shown = [...list.options].findIndex((option) => option.defaultSelected);
    list.selectedIndex = Math.max(0, shown);
  }
});
