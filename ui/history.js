// Runs once when the list of conversations is on the page; `trigger` tells the Python side what to do, `element` is the
// list. One set of listeners on the document: rows, votes and remarks come and go with each painting.
window.colloquyHistory?.abort();
window.colloquyHistory = new AbortController();
const { signal } = window.colloquyHistory;
const phone = matchMedia("(max-width: 800px)");
const slim = matchMedia("(max-width: 1100px)");
const column = () => document.getElementById("cq-history");
const SEARCH_PAUSE = 200; // ms without a key before a search is sent
const REMEMBERED = "colloquy-conversations";
let toEnd = false;
let refocus = null;
let saved = "";

const act = (chosen) => trigger("select", chosen);
const listen = (kind, heard, options = {}) => document.addEventListener(kind, heard, { signal, ...options });

// -- folded away, or a drawer over the page on a phone

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function fold(open, byHand = false) {
  const place = column();
  if (!place) return;
  place.dataset.open = open;
  place.querySelector(".cq-fold")?.setAttribute("aria-expanded", open);
  const over = open && phone.matches;
  // What lies behind an open drawer is not to be reached by Tab.
  for (const behind of document.querySelectorAll("#cq-talk, #cq-side, #cq-head, #cq-history-bar, .tab-wrapper")) {
    behind.inert = over;
  }
  if (!byHand) return;
  if (over) place.querySelector(".cq-drawer-close").focus();
  else if (phone.matches || !open) place.querySelector(".cq-fold").focus();
  if (phone.matches) return;
  try {
    localStorage.setItem(REMEMBERED, open ? "open" : "folded");
  } catch {}
}

const unfolded = () => column()?.dataset.open === "true";
const start = () => fold(!phone.matches && (remembered() ?? (slim.matches ? "folded" : "open")) === "open");
start();
phone.addEventListener("change", start, { signal });

listen("keydown", (event) => {
  if (event.key === "Escape" && phone.matches && unfolded() && !document.querySelector("dialog[open]")) fold(false, true);
});

// -- one dialog for a new title and for "delete?"

function dialog() {
  let box = document.getElementById("cq-kept-dialog");
  if (box) return box;
  box = document.createElement("dialog");
  box.id = "cq-kept-dialog";
  box.setAttribute("aria-labelledby", "cq-kept-asked");
  box.innerHTML =
    '<form method="dialog"><h2 id="cq-kept-asked"></h2><p dir="auto"></p>' +
    '<input type="text" maxlength="200" aria-label="Title" autocomplete="off" dir="auto">' +
    '<footer><button type="button" class="cq-close" value="no">Cancel</button>' +
    '<button type="submit" class="cq-close cq-sure" value="yes"></button></footer></form>';
  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.value === "no") box.close("no");
  });
  document.body.append(box);
  return box;
}

function asked(what, { id, title }) {
  const box = dialog();
  const renaming = what === "rename";
  const field = box.querySelector("input");
  box.querySelector("h2").textContent = renaming ? "Rename the conversation" : "Delete the conversation?";
  const line = box.querySelector("p");
  line.textContent = renaming ? "" : `“${title}” and its votes are deleted for good.`;
  line.hidden = renaming;
  field.hidden = !renaming;
  field.disabled = !renaming;
  field.value = title;
  box.querySelector(".cq-sure").textContent = renaming ? "Rename" : "Delete";
  box.querySelector(".cq-sure").classList.toggle("cq-danger", !renaming);
  box.returnValue = "no";
  box.onclose = () => {
    if (box.returnValue !== "yes") return;
    if (!renaming) refocus = ".cq-search";
    act({ do: what, id, title: field.value });
  };
  box.showModal();
  if (renaming) field.select();
  else box.querySelector("[value=no]").focus();
}

// -- clicks

function more(button) {
  const acts = document.getElementById(button.getAttribute("aria-controls"));
  const open = acts.hidden;
  for (const other of element.querySelectorAll(".cq-kept-acts")) other.hidden = true;
  for (const other of element.querySelectorAll(".cq-kept-more")) other.setAttribute("aria-expanded", "false");
  acts.hidden = !open;
  button.setAttribute("aria-expanded", open);
}

listen("click", (event) => {
  const hit = event.target.closest?.("[data-kept], .cq-fold, .cq-drawer-close, .cq-new, button[data-voted]");
  if (!hit) {
    // Beside the drawer.
    if (phone.matches && unfolded() && event.target.id === "cq-history") fold(false, true);
    return;
  }
  const { kept, id, title, form } = hit.dataset;
  if (hit.matches(".cq-fold")) fold(!unfolded(), true);
  else if (hit.matches(".cq-drawer-close")) fold(false, true);
  else if (hit.matches(".cq-new")) {
    document.getElementById("cq-clear").click();
    if (phone.matches) fold(false, true);
    document.querySelector("#cq-question textarea")?.focus();
  } else if (hit.matches("[data-voted]")) {
    const { voted, vote } = hit.dataset;
    refocus = `.cq-vote[data-voted="${voted}"][data-vote="${vote}"]`;
    act({ do: "vote", turn: voted, vote });
  } else if (kept === "more") more(hit);
  else if (kept === "export") act({ do: "export", id, form });
  else if (kept === "open") {
    toEnd = true;
    if (phone.matches) fold(false, true);
    act({ do: "open", id });
  } else asked(kept, { id, title });
});

listen("submit", (event) => {
  const form = event.target.closest?.("form.cq-remarked");
  if (!form) return;
  event.preventDefault();
  const { voted, vote } = form.dataset;
  refocus = `.cq-vote[data-voted="${voted}"][data-vote="${vote}"]`;
  act({ do: "vote", turn: voted, vote, remark: form.elements.remark.value });
});

// -- search, while typing

let pause = 0;
listen("input", (event) => {
  if (!event.target.matches?.(".cq-search")) return;
  clearTimeout(pause);
  pause = setTimeout(() => act({ do: "search", words: event.target.value }), SEARCH_PAUSE);
});

// -- after a painting: at the end of what was opened, with the focus where it was

function settled() {
  if (toEnd) {
    toEnd = false;
    for (const scroller of document.querySelectorAll("#cq-chat .panel-wrap, #cq-chat .bubble-wrap")) {
      scroller.scrollTop = scroller.scrollHeight;
    }
  }
  if (refocus) {
    const target = document.querySelector(refocus);
    refocus = null;
    if (target && (!document.activeElement || document.activeElement === document.body)) target.focus();
  }
}

watch("value", () => setTimeout(settled, 100));

// -- a file that was asked for

new MutationObserver(() => {
  const file = document.querySelector("#cq-history-file [data-file]");
  if (!file || file.dataset.made === saved) return;
  saved = file.dataset.made;
  const bytes = Uint8Array.from(atob(file.dataset.file), (c) => c.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: file.dataset.kind }));
  link.download = file.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}).observe(document.getElementById("cq-history-file"), { childList: true, subtree: true, attributes: true });
