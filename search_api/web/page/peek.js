// A quotation in its context, in a small window beside it: on hovering, on focus with Enter, or on a tap.
import { get, reason } from "/page/api.js";
import { reportLink, titleOf } from "/page/cards.js";
import { byId, h, slice } from "/page/dom.js";

const AROUND = 350;
const LINGER_MS = 250;
const peek = byId("peek");
let owner = null;
let leaving = 0;

export function peeking(anchor, item) {
  const open = (isByKey) => show(anchor, item, isByKey);
  anchor.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") open(false); });
  anchor.addEventListener("pointerleave", linger);
  anchor.addEventListener("click", () => {
    if (!String(getSelection())) open(false); // not while somebody marks the sentence to copy it
  });
  anchor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    open(true);
  });
}

function linger() {
  clearTimeout(leaving);
  leaving = setTimeout(close, LINGER_MS);
}

// The focus goes back to the sentence, if it was in here.
export function close() {
  const held = owner && peek.contains(document.activeElement) ? owner : null;
  if (owner) owner.setAttribute("aria-expanded", "false");
  owner = null;
  peek.hidden = true;
  if (held) held.focus();
}

// Whoever opened it by a key goes into it, to the link that leads on.
async function show(anchor, item, isByKey) {
  clearTimeout(leaving);
  if (owner === anchor) return isByKey ? enter() : undefined;
  close();
  owner = anchor;
  anchor.setAttribute("aria-expanded", "true");
  peek.replaceChildren(h("p", { class: "quiet" }, "Looking it up…"));
  put(anchor);
  try {
    const around = await context(item);
    if (owner !== anchor) return;
    peek.replaceChildren(h("p", { class: "strong" }, titleOf(item.citation)), around, h("p", null, reportLink(item, "Read on in the report")));
  } catch (error) {
    if (owner === anchor) peek.replaceChildren(h("p", { class: "error" }, reason(error)));
  }
  put(anchor);
  if (isByKey && owner === anchor) enter();
}

function enter() {
  const link = peek.querySelector("a");
  if (link) link.focus();
}

// The text around the item, itself marked.
async function context(item) {
  const path = "/v1/reports/" + encodeURIComponent(item.report_id) + "/text?reading=" + item.citation.reading;
  const { length } = await get(path + "&start=" + item.start + "&end=" + item.end);
  const from = Math.max(0, item.start - AROUND);
  const till = Math.min(length, item.end + AROUND);
  const { text } = await get(path + "&start=" + from + "&end=" + till);
  return h("blockquote", null, from ? "…" : "", slice(text, 0, item.start - from), h("mark", null, slice(text, item.start - from, item.end - from)),
    slice(text, item.end - from), till < length ? "…" : "");
}

function put(anchor) {
  peek.hidden = false;
  const box = anchor.getBoundingClientRect();
  const width = Math.min(520, document.documentElement.clientWidth - 24);
  peek.style.width = width + "px";
  peek.style.left = Math.max(12, Math.min(box.left, document.documentElement.clientWidth - width - 12)) + scrollX + "px";
  const isBelow = box.bottom + peek.offsetHeight + 12 < innerHeight || box.top < peek.offsetHeight;
  peek.style.top = (isBelow ? box.bottom + 6 : box.top - peek.offsetHeight - 6) + scrollY + "px";
}

peek.addEventListener("pointerenter", () => clearTimeout(leaving));
peek.addEventListener("pointerleave", linger);
peek.addEventListener("keydown", (event) => {
  if (event.key !== "Tab") return;
  event.preventDefault(); // it stands at the page's end, but is read at the sentence
  close();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
document.addEventListener("click", (event) => { if (owner && !peek.contains(event.target) && !owner.contains(event.target)) close(); });
window.addEventListener("popstate", close);
