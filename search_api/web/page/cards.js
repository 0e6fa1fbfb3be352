// What was found, as cards.
import { to } from "/page/address.js";
import { counted, h, outward } from "/page/dom.js";
import { copyButtons } from "/page/taking.js";

export function byline(authors) {
  return authors.length > 3 ? authors[0] + " et al." : authors.join(", ");
}

const WARNINGS = {
  "retracted-by": "This article was retracted",
  "concern-in": "An expression of concern was published about this article",
  "corrected-by": "This article was corrected",
};

export function warned(warning) {
  const notice = warning.identifier || warning.report_id;
  return h("p", { class: "warning" }, WARNINGS[warning.kind] + (notice ? ": see " + notice : "") + ".");
}

export function titleOf(citation) {
  return citation.title || (citation.opening ? "[" + citation.opening + "]" : citation.source.split("/").pop());
}

export function facts(citation) {
  const told = [byline(citation.authors), citation.journal, citation.year].filter(Boolean).join(" · ");
  const line = h("p", { class: "quiet facts" }, told);
  for (const link of citation.links) line.append(line.hasChildNodes() ? " · " : "", outward(link));
  return line;
}

// Where in its report an item is shown.
export function reportLink(item, ...children) {
  return h("a", { href: to({ view: "report", report: item.report_id, start: item.start, end: item.end, reading: item.citation.reading }) }, children);
}

export function source(item) {
  const title = h("h3", null, reportLink(item, titleOf(item.citation)));
  return [title, facts(item.citation), ...item.citation.warnings.map(warned)];
}

// Section, page or line, and span; an element's path is for programs, not for readers.
export function place(item) {
  const spot = /^(page|line) /.test(item.citation.location) ? item.citation.location : "";
  return [item.role, item.section, spot, "characters " + item.start + "–" + item.end].filter(Boolean).join(" · ");
}

// Sentences that matter are marked, and within them and without the words that were looked for.
export function quotation(text, start, highlights, words = []) {
  const quote = h("blockquote");
  const points = Array.from(text);
  const cut = (from, till) => points.slice(from - start, till - start).join("");
  const write = (into, from, till) => {
    let at = from;
    for (const span of words) {
      if (span.start < at || span.end > till) continue;
      into.append(cut(at, span.start), h("b", null, cut(span.start, span.end)));
      at = span.end;
    }
    into.append(cut(at, till));
    return into;
  };
  let at = start;
  for (const span of highlights) {
    write(quote, at, span.start).append(write(h("mark"), span.start, span.end));
    at = span.end;
  }
  return write(quote, at, start + points.length);
}

// Where the words stand that were looked for, from left to right; of two that begin together the longer first.
export function wordsOf(why) {
  const spans = why ? why.matched.flatMap((each) => each.spans) : [];
  return spans.sort((one, other) => one.start - other.start || other.end - one.end);
}

const REASONS = {
  "other name": "another name of it",
  "a kind of it": "a kind of it",
  abbreviation: "what it stands for",
  "short form": "its short form",
  spelling: "as it may be meant",
};
const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" };

function ranked(rank, how) {
  return rank === null ? "not found " + how : rank + ENDINGS[ORDINALS.select(rank)] + " " + how;
}

// How a hit came here, closed at first.
export function why(hit) {
  const points = Array.from(hit.text);
  const lines = hit.why.matched.map((each) => {
    const found = each.spans.map((span) => points.slice(span.start - hit.start, span.end - hit.start).join(""));
    const reason = each.reason ? " – " + REASONS[each.reason] + " (" + each.name + ")" : "";
    return h("li", null, h("b", null, each.said), ": “" + Array.from(new Set(found)).join("”, “") + "”" + reason);
  });
  const ranks = [ranked(hit.why.lexical_rank, "by words"), ranked(hit.why.dense_rank, "by meaning")];
  return h("details", { class: "why" },
    h("summary", null, "Why it is here"),
    lines.length ? h("ul", null, lines) : h("p", null, "None of your words stands here: it was found by its meaning."),
    h("p", null, "Its report comes " + ranks.join(", ") + "."));
}

// Where other reports say nearly the same.
function alsoIn(hit) {
  if (!hit.also_in.length) return null;
  const others = hit.also_in.map((each) => h("li", null, reportLink(each, titleOf(each.citation)), " · ", String(each.citation.year || "")));
  return h("details", { class: "why" }, h("summary", null, "Nearly the same in " + counted(hit.also_in.length, "other report")), h("ul", null, others));
}

function passage(hit, choice) {
  const tools = h("div", { class: "tools" }, h("span", { class: "quiet" }, place(hit)), reportLink(hit, "Read in the report"), copyButtons(hit));
  return h("div", { class: "passage" },
    choice.box(hit, "passage " + hit.rank),
    h("div", null, quotation(hit.text, hit.start, hit.highlights || [], wordsOf(hit.why)), tools, hit.why ? why(hit) : null, alsoIn(hit)));
}

// One card for neighbouring hits of one report, each with its quotation, its place and why it is here.
export function cards(hits, drugNames, choice) {
  const made = [];
  let last = null;
  for (const hit of hits) {
    if (last !== hit.report_id) {
      const names = drugNames[hit.report_id];
      made.push(h("article", { tabindex: "-1", class: "card" }, source(hit), names ? h("p", { class: "quiet" }, "Names the drug: " + names.join(", ")) : null));
      last = hit.report_id;
    }
    made[made.length - 1].append(passage(hit, choice));
  }
  return made;
}
