// The pages of a report's PDF, the cited place marked on them.
import { file, get } from "/page/api.js";
import { button, h } from "/page/dom.js";

const WIDTH = 1000;

// Fills `place`, which stays hidden where the report has no pages to be shown.
export async function pages(place, about, span, signal) {
  if (about.reader !== "pdf") return;
  const path = "/v1/reports/" + encodeURIComponent(about.report_id) + "/pages";
  let all;
  try {
    all = (await get(path, signal)).pages;
  } catch (error) {
    if (error.name !== "AbortError") {
      place.hidden = false;
      place.replaceChildren(h("p", { class: "quiet" }, error.message));
    }
    return;
  }
  let now = span ? await pageOf(about, span, all, signal) : 0;
  const leaf = h("div", { class: "leaf" });
  let turning = new AbortController(); // a page that was turned over is not shown when it comes at last
  const label = h("span", { role: "status" });
  const turnTo = async (at) => {
    now = at;
    before.disabled = at === 0;
    after.disabled = at === all.length - 1;
    label.textContent = "Page " + all[at].label + " of " + all.length;
    turning.abort();
    turning = new AbortController();
    await draw(leaf, path + "/" + all[at].number, all[at], span && placed(about, span), AbortSignal.any([signal, turning.signal]));
  };
  const before = button("‹", () => turnTo(now - 1), { class: "second small", "aria-label": "The page before" });
  const after = button("›", () => turnTo(now + 1), { class: "second small", "aria-label": "The next page" });
  place.replaceChildren(h("div", { class: "takebar" }, before, label, after), leaf);
  place.hidden = false;
  await turnTo(now);
}

// Which page the span begins on, as the source map has it.
async function pageOf(about, span, all, signal) {
  const { locations } = await get("/v1/reports/" + encodeURIComponent(about.report_id) + "/text?" + placed(about, span), signal);
  const label = locations.length ? locations[0].label : "";
  return Math.max(0, all.findIndex((page) => page.label === label));
}

function placed(about, span) {
  return new URLSearchParams({ start: span.start, end: span.end, reading: about.reading });
}

async function draw(leaf, path, page, place, signal) {
  leaf.setAttribute("aria-busy", "true");
  try {
    const { blob } = await file(path + "/image?width=" + WIDTH, undefined, signal);
    const { marks } = place ? await get(path + "/marks?" + place, signal) : { marks: [] };
    if (signal.aborted) return;
    const address = URL.createObjectURL(blob);
    const image = h("img", { src: address, alt: "Page " + page.label + " of the PDF", onload: () => URL.revokeObjectURL(address) });
    leaf.replaceChildren(image, ...marks.map(box));
    const first = leaf.querySelector(".spot");
    if (first) first.scrollIntoView({ block: "nearest" });
  } catch (error) {
    if (error.name !== "AbortError") leaf.replaceChildren(h("p", { class: "error" }, error.message));
  }
  if (!signal.aborted) leaf.removeAttribute("aria-busy");
}

// Marks are shares of the page, counted from its left upper corner.
function box(mark) {
  const made = h("span", { class: "spot", "aria-hidden": "true" });
  for (const [name, value] of Object.entries({ left: mark.x, top: mark.y, width: mark.width, height: mark.height })) made.style[name] = 100 * value + "%";
  return made;
}
