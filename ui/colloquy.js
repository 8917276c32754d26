// Runs once when the Sources panel is on the page; `element` is the panel, `server` reaches the Python side.
// One listener on the document for everything: marks, cards and rows come and go while an answer arrives.
window.colloquyListeners?.abort();
window.colloquyListeners = new AbortController();
const { signal } = window.colloquyListeners;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 800px)");
const glide = () => (calm.matches ? "auto" : "smooth");
const listen = (kind, heard, options = {}) => document.addEventListener(kind, heard, { signal, ...options });
let cameFrom = null; // the mark that led to a card
let cameWith = null; // what had the focus when an article was opened

// -- a mark, its card, its article, and back

function unlight() {
  for (const lit of document.querySelectorAll(".cq-lit")) lit.classList.remove("cq-lit");
}

function showSource(cite) {
  const card = document.getElementById(cite.dataset.cite);
  if (!card) return;
  hideQuote();
  // A mark whose card is seen already leads on, to the words in their article.
  if (cite.classList.contains("cq-lit") && card.checkVisibility()) {
    const opener = card.querySelector(".cq-open");
    if (opener) {
      openArticle(opener, cite);
      return;
    }
  }
  cameFrom = cite;
  for (const section of element.querySelectorAll(".cq-sources[data-turn]")) {
    section.hidden = section.dataset.turn !== cite.dataset.turn;
  }
  unlight();
  card.classList.add("cq-lit");
  cite.classList.add("cq-lit");
  card.focus({ preventScroll: true });
  // On a phone the card is a page away: its top counts. Beside the answer, nothing moves that need not.
  card.scrollIntoView({ behavior: glide(), block: narrow.matches ? "start" : "nearest" });
}

function backToAnswer() {
  if (!cameFrom?.isConnected) return;
  unlight();
  cameFrom.focus({ preventScroll: true });
  cameFrom.scrollIntoView({ behavior: glide(), block: "center" });
}

function dialog() {
  let box = document.getElementById("cq-article");
  if (box) return box;
  box = document.createElement("dialog");
  box.id = "cq-article";
  box.setAttribute("aria-labelledby", "cq-article-title");
  box.innerHTML =
    '<div class="cq-bar"><span class="cq-bar-title" dir="auto" aria-hidden="true"></span>' +
    '<button type="button" class="cq-close" aria-label="Close the article">Close</button></div>' +
    '<div class="cq-page" tabindex="0" role="document"></div>';
  box.querySelector(".cq-close").addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => {
    box.querySelector(".cq-page").innerHTML = "";
    // The browser gives the focus back itself, before this is called, but not to what was painted anew meanwhile; who
    // has gone on by then is not called back.
    const now = document.activeElement;
    if (now && now !== document.body && !box.contains(now)) return;
    if (cameWith?.isConnected) cameWith.focus({ preventScroll: true });
    else if (cameWith?.id) document.getElementById(cameWith.id)?.focus({ preventScroll: true });
  });
  document.body.append(box);
  return box;
}

async function openArticle(opener, from = document.activeElement) {
  hideQuote();
  const box = dialog();
  cameWith = from;
  const page = box.querySelector(".cq-page");
  const { article, spans, focus } = opener.dataset;
  page.innerHTML = '<p class="cq-note" id="cq-article-title">Opening the article</p>';
  if (!box.open) box.showModal();
  page.focus({ preventScroll: true });
  try {
    page.innerHTML = await server.article({ id: article, spans, focus });
  } catch {
    page.innerHTML =
      '<p class="cq-note" id="cq-article-title">The article could not be opened. Is Colloquy still running?</p>';
  }
  box.querySelector(".cq-bar-title").textContent = page.querySelector("h2")?.textContent ?? "";
  const mark = page.querySelector("mark.cq-focus") ?? page.querySelector("mark");
  if (mark) mark.scrollIntoView({ block: "center" });
  else page.scrollTop = 0;
}

// -- the quote over a mark that is pointed at or has the focus

const POINTED = 250; // ms on a mark until its quote is shown
let due = 0;
let quoted = null;

function showQuote(cite) {
  clearTimeout(due);
  const card = document.getElementById(cite.dataset.cite);
  const words = card && [...card.querySelectorAll(".cq-passage mark")].map((mark) => mark.textContent).join(" … ");
  if (!words || quoted === cite) return;
  hideQuote();
  const box = quoteBox();
  const line = document.createElement("p");
  line.dir = "auto";
  line.appendChild(document.createElement("mark")).textContent = words;
  box.replaceChildren(line, ...[".cq-title", ".cq-meta"].map((part) => card.querySelector(part).cloneNode(true)));
  quoted = cite;
  cite.setAttribute("aria-describedby", box.id);
  box.showPopover();
  placeQuote();
}

// Above the mark where there is room, so that what is read next stays in sight.
function placeQuote() {
  if (!quoted) return;
  const box = quoteBox();
  const at = quoted.getBoundingClientRect();
  const seen = quoted.closest("#cq-chat")?.getBoundingClientRect();
  if (!at.height || (seen && (at.bottom < seen.top || at.top > seen.bottom))) {
    hideQuote();
    return;
  }
  const top = at.top - box.offsetHeight - 8;
  box.style.top = `${top >= 8 ? top : Math.min(at.bottom + 8, innerHeight - box.offsetHeight - 8)}px`;
  box.style.left = `${Math.max(12, Math.min(at.left - 24, innerWidth - box.offsetWidth - 12))}px`;
}

function hideQuote() {
  clearTimeout(due);
  quoted?.removeAttribute("aria-describedby");
  quoted = null;
  const box = document.getElementById("cq-quote");
  if (box?.matches(":popover-open")) box.hidePopover();
}

function quoteBox() {
  let box = document.getElementById("cq-quote");
  if (box) return box;
  box = document.createElement("div");
  box.id = "cq-quote";
  box.popover = "manual";
  box.setAttribute("role", "tooltip");
  box.addEventListener("click", () => {
    const [cite, opener] = [quoted, document.getElementById(quoted?.dataset.cite)?.querySelector(".cq-open")];
    hideQuote();
    if (opener) openArticle(opener, cite);
  });
  document.body.append(box);
  return box;
}

const onQuote = (target) => target?.closest?.("[data-cite], #cq-quote");

listen("pointerover", (event) => {
  if (event.pointerType === "touch") return; // a tap opens the card
  const over = onQuote(event.target);
  clearTimeout(due);
  if (over?.dataset.cite) due = setTimeout(() => showQuote(over), quoted ? 60 : POINTED);
  // A way from the mark to its quote is left open.
  else if (!over && quoted) due = setTimeout(hideQuote, POINTED);
});
// Where the focus was brought back, from a card or an article, the quote has been read.
let lastKey = "";
listen("keydown", (event) => (lastKey = event.key), { capture: true });
listen("focusin", (event) => {
  const cite = event.target.closest?.("[data-cite]");
  if (lastKey === "Tab" && cite?.matches(":focus-visible")) showQuote(cite);
});
listen("focusout", (event) => event.target === quoted && hideQuote());
listen("scroll", placeQuote, { capture: true, passive: true });
listen("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (quoted) hideQuote();
  else if (event.target.closest?.(".cq-card.cq-lit") && !document.querySelector("dialog[open]")) backToAnswer();
});

// -- the seconds of the step that goes on, counted between two paintings

let step = {};
const counting = setInterval(() => {
  const shown = document.querySelector(".cq-ticking");
  if (!shown) return;
  const now = performance.now() / 1000;
  if (step.name !== shown.dataset.step || step.turn !== shown.closest(".cq-answer")) {
    step = { name: shown.dataset.step, turn: shown.closest(".cq-answer"), began: now - Number(shown.dataset.from) };
  }
  const text = `${(now - step.began).toFixed(1)} s`;
  if (shown.textContent !== text) shown.textContent = text;
}, 100);
signal.addEventListener("abort", () => clearInterval(counting));

// Gradio calls the examples a list, but their buttons no items of one.
function nameExamples() {
  const examples = document.querySelector('#cq-chat .examples[role="list"]');
  examples?.setAttribute("role", "group");
  examples?.setAttribute("aria-label", "Examples");
}
const named = new MutationObserver(nameExamples);
named.observe(document.getElementById("cq-chat") ?? document.body, { childList: true, subtree: true });
signal.addEventListener("abort", () => named.disconnect());
nameExamples();

// -- the newest question asked again: as it was, about any time, or about the days of two fields

listen("click", (event) => {
  const chip = event.target.closest?.("[data-period]");
  if (chip) trigger("select", { turn: chip.dataset.turn, period: chip.dataset.period });
});

listen("submit", (event) => {
  const form = event.target.closest?.("form[data-turn]");
  if (!form) return;
  event.preventDefault();
  // A date that cannot be, such as 31 February, is "" in the field's value; the server is to say so, not "empty".
  const day = (field) => (field.validity.badInput ? "an impossible date" : field.value);
  const [first, last] = [day(form.elements.first), day(form.elements.last)];
  trigger("select", { turn: form.dataset.turn, period: "set", first, last });
});

listen("click", (event) => {
  const hit = event.target.closest?.("[data-cite], [data-article], .cq-back");
  if (!hit) return;
  if (hit.dataset.cite) showSource(hit);
  else if (hit.dataset.article) openArticle(hit, hit);
  else backToAnswer();
});
