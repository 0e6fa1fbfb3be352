// A report: its whole text by sections, the cited place marked, the page of its PDF beside it.
import { to } from "/page/address.js";
import { get } from "/page/api.js";
import { byline, titleOf, warned } from "/page/cards.js";
import { button, byId, counted, h, outward } from "/page/dom.js";
import { pages } from "/page/pages.js";
import { LISTS, citationText, copy, save } from "/page/taking.js";
import { Turn } from "/page/waiting.js";

const view = byId("view-report");
const status = h("p", { role: "status", "aria-live": "polite" });
const panel = h("div");
const MOVED = "This report has changed since the link was made, so the place that it leads to can't be marked. Search again to find it.";
const turn = new Turn(status, () => panel);

export function show(state) {
  if (!view.hasChildNodes()) view.append(h("p", null, button("← Back", back, { class: "plain" })), status, panel);
  turn.run("Opening the report…", async (signal) => {
    const path = "/v1/reports/" + encodeURIComponent(state.report);
    const about = await get(path, signal);
    const text = await get(path + "/text?reading=" + about.reading, signal);
    const isOther = state.start !== null && state.reading !== null && state.reading !== about.reading;
    const span = state.start === null || isOther ? null : { start: state.start, end: Math.min(state.end, text.length) };
    panel.replaceChildren(...drawn(about, text.text, span));
    document.title = (about.bibliography.title || "Report") + " – Casetrove";
    turn.say(isOther ? MOVED : "");
    patients(path, signal);
    pages(panel.querySelector(".pages"), about, span, signal);
    const cited = byId("cited");
    if (cited) cited.scrollIntoView({ block: "center" });
    (cited || panel.querySelector("h2")).focus({ preventScroll: true });
  });
}

export function leave() {
  turn.stop();
}

function back() {
  if (history.state && history.state.within) history.back();
  else location.assign("/");
}

function citationOf(about) {
  return { ...about.bibliography, opening: about.opening, links: about.links, page: null, source: about.sources.length ? about.sources[0].place : about.report_id };
}

function drawn(about, text, span) {
  const points = Array.from(text);
  return [head(about, points, span), h("div", { class: "reading" },
    h("div", null, contents(about, points), h("article", { class: "text", lang: "en" }, written(about, points, span))),
    h("div", { class: "pages", hidden: true }))];
}

function head(about, points, span) {
  const { title, authors, journal, year, volume, pages: at } = about.bibliography;
  const citation = citationOf(about);
  const facts = [byline(authors), journal, year, [volume, at].filter(Boolean).join(":")].filter(Boolean).join(" · ");
  const quoted = span ? points.slice(span.start, span.end).join("") : "";
  const format = h("select", { "aria-label": "Format of the file" }, LISTS.map(([value, label]) => h("option", { value }, label)));
  const places = [{ report_id: about.report_id, start: span ? span.start : 0, end: span ? span.end : 0, reading: about.reading }];
  return h("div", { class: "report-head" },
    h("h2", { tabindex: "-1" }, titleOf(citation)),
    h("p", { class: "quiet" }, facts, about.links.map((link, at) => [facts || at ? " · " : "", outward(link)])),
    about.related.filter((link) => link.kind === "retracted-by" || link.kind === "concern-in" || link.kind === "corrected-by").map(warned),
    h("div", { class: "takebar" },
      button("Copy citation", () => copy(citationText(citation), "Citation"), { class: "second small" }),
      quoted ? button("Copy quotation", () => copy("“" + quoted + "” " + citationText(citation) + " [" + about.report_id + ", characters " + span.start + "–" + span.end + "]", "Quotation with its citation"), { class: "second small" }) : null,
      h("a", { href: to({ view: "similar", like: about.report_id }), class: "act second small" }, "Patients like this"),
      format, button("Save", () => save("/v1/list/export", { format: format.value, places }), { class: "second small" })),
    kind(about), h("div", { class: "cases" }));
}

function kind(about) {
  const told = about.kind.evidence.map((each) => "“" + each.text + "”").join(", ");
  const sources = about.sources.map((each) => h("li", null, each.place, each.served ? " (this text)" : "", h("span", { class: "quiet" }, " – " + each.reader)));
  return h("details", { class: "counts" }, h("summary", null, "A " + about.kind.kind + ", read from " + counted(about.sources.length, "source")),
    told ? h("p", null, "Taken for a " + about.kind.kind + " by: " + told + (about.kind.disagrees ? ". Its source declares: " + about.kind.declared.join(", ") : "")) : null,
    h("ul", null, sources), h("p", { class: "quiet" }, about.report_id + " · " + counted(about.length, "character")));
}

async function patients(path, signal) {
  let cases;
  try {
    cases = await get(path + "/cases", signal);
  } catch {
    return; // it is not indexed yet
  }
  const rows = cases.rows.filter((row) => row.treatment);
  const place = panel.querySelector(".cases");
  if (!rows.length || !place) return;
  const items = rows.map((row) => h("li", null, h("b", null, row.treatment), " " + [row.dose, row.route, row.frequency, row.duration].filter(Boolean).join(", "),
    " – ", h("a", { href: to({ view: "report", report: row.catalog_id, start: row.quotes[0].start, end: row.quotes[0].end, reading: row.citation.reading }) }, row.status.replaceAll("_", " ")),
    row.outcome.label === "not_stated" ? "" : h("span", { class: "label " + row.outcome.label }, row.outcome.label.replaceAll("_", " "))));
  place.replaceChildren(h("details", { class: "counts" }, h("summary", null, "What the patients were given: " + counted(rows.length, "treatment")), h("ul", null, items)));
}

function heading(section, points) {
  return section.heading ? points.slice(section.heading.start, section.heading.end).join("") : section.kind;
}

function contents(about, points) {
  const named = about.sections.filter((section) => section.heading);
  if (named.length < 3) return null;
  return h("details", { class: "contents" }, h("summary", null, "Sections"), h("ol", null, named.map((section) => h("li", null,
    h("a", { href: "#at-" + section.heading.start, onclick: (event) => { event.preventDefault(); byId("at-" + section.heading.start).scrollIntoView(); } }, heading(section, points))))));
}

// All of the text, in its order: headings as headings, the rest by paragraphs, the cited span marked wherever it stands.
function written(about, points, span) {
  const headings = about.sections.filter((section) => section.heading).map((section) => section.heading).sort((one, other) => one.start - other.start);
  const made = [];
  let at = 0;
  for (const found of headings) {
    if (found.start < at) continue;
    for (const [from, till] of paragraphs(points, at, found.start)) made.push(marked(h("p"), points, from, till, span));
    made.push(marked(h("h3", { id: "at-" + found.start }), points, found.start, found.end, span));
    at = found.end;
  }
  for (const [from, till] of paragraphs(points, at, points.length)) made.push(marked(h("p"), points, from, till, span));
  const first = made.flatMap((part) => Array.from(part.querySelectorAll("mark")))[0];
  if (first) {
    first.id = "cited";
    first.tabIndex = -1;
  }
  return made;
}

// Where paragraphs begin and end between two places: they are parted by empty lines.
function paragraphs(points, from, till) {
  const found = [];
  let start = from;
  for (let at = from; at <= till; at += 1) {
    if (at < till && !(points[at] === "\n" && points[at + 1] === "\n")) continue;
    if (points.slice(start, at).some((point) => point.trim())) found.push([start, at]);
    start = at;
  }
  return found;
}

function marked(element, points, from, till, span) {
  const cut = (start, end) => points.slice(start, end).join("");
  if (!span || span.start >= till || from >= span.end) {
    element.append(cut(from, till).trim());
    return element;
  }
  const start = Math.max(from, span.start);
  const end = Math.min(till, span.end);
  element.append(cut(from, start).trimStart(), h("mark", null, cut(start, end)), cut(end, till).trimEnd());
  return element;
}
