// Runs once when the Sources panel is on the page; `element` is the panel, `server` reaches the Python side.
// One listener on the document for everything: marks, cards and rows come and go while an answer arrives.
window.colloquyListeners?.abort();
window.colloquyListeners = new AbortController();
const { signal } = window.colloquyListeners;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 800px)");
const glide = () => (calm.matches ? "auto" : "smooth");
let cameFrom = null;

function showSource(cite) {
  const card = document.getElementById(cite.dataset.cite);
  if (!card) return;
  cameFrom = cite;
  for (const section of element.querySelectorAll(".cq-sources[data-turn]")) {
    section.hidden = section.dataset.turn !== cite.dataset.turn;
  }
  for (const lit of document.querySelectorAll(".cq-lit")) lit.classList.remove("cq-lit");
  card.classList.add("cq-lit");
  cite.classList.add("cq-lit");
  card.focus({ preventScroll: true });
  // On a phone the card is a page away: its top counts. Beside the answer, nothing moves that need not.
  card.scrollIntoView({ behavior: glide(), block: narrow.matches ? "start" : "nearest" });
}

function backToAnswer() {
  if (!cameFrom?.isConnected) return;
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
  box.addEventListener("close", () => (box.querySelector(".cq-page").innerHTML = ""));
  document.body.append(box);
  return box;
}

async function openArticle(opener) {
  const box = dialog();
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

// The period of the newest answer: dropped, taken from the question again, or set to the days of two fields.
document.addEventListener(
  "click",
  (event) => {
    const chip = event.target.closest?.("[data-period]");
    if (chip) trigger("select", { turn: chip.dataset.turn, period: chip.dataset.period });
  },
  { signal },
);

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest?.("form[data-turn]");
    if (!form) return;
    event.preventDefault();
    // A date that cannot be, such as 31 February, is "" in the field's value; the server is to say so, not "empty".
    const day = (field) => (field.validity.badInput ? "an impossible date" : field.value);
    const [first, last] = [day(form.elements.first), day(form.elements.last)];
    trigger("select", { turn: form.dataset.turn, period: "set", first, last });
  },
  { signal },
);

document.addEventListener(
  "click",
  (event) => {
    const hit = event.target.closest?.("[data-cite], [data-article], .cq-back");
    if (!hit) return;
    if (hit.dataset.cite) showSource(hit);
    else if (hit.dataset.article) openArticle(hit);
    else backToAnswer();
  },
  { signal },
);
