// What was found, as cards. Text only ever enters as text nodes.
export function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function counted(number, noun) {
  return number + " " + noun + (number === 1 ? "" : "s");
}

function bySurname(authors) {
  if (authors.length === 0) return "";
  return authors.length > 3 ? authors[0] + " et al." : authors.join(", ");
}

const WARNINGS = {
  "retracted-by": "This article was retracted",
  "concern-in": "An expression of concern was published about this article",
  "corrected-by": "This article was corrected",
};

function warned(warning) {
  const notice = warning.identifier || warning.report_id;
  return element("p", WARNINGS[warning.kind] + (notice ? ": see " + notice : "") + ".", "warning");
}

export function source(citation) {
  const about = document.createDocumentFragment();
  const facts = [bySurname(citation.authors), citation.journal, citation.year];
  about.append(element("h3", citation.title || citation.source.split("/").pop()));
  const line = element("p", facts.filter(Boolean).join(" · "), "quiet");
  for (const link of citation.links) {
    const anchor = element("a", new URL(link).hostname.replace("www.", ""));
    anchor.href = link;
    anchor.rel = "noreferrer noopener";
    line.append(" · ", anchor);
  }
  if (line.hasChildNodes()) about.append(line);
  for (const warning of citation.warnings) about.append(warned(warning));
  return about;
}

// Section, page or line, and span; an element's path is for programs, not for readers.
export function place(item) {
  const spot = /^(page|line) /.test(item.citation.location) ? item.citation.location : "";
  return [item.role, item.section, spot, "[" + item.start + ", " + item.end + ")"].filter(Boolean).join(" · ");
}

// Offsets count code points; JavaScript strings count UTF-16 units, so the text is taken apart into code points.
// Sentences that matter are marked, and within them and without the words that were looked for.
export function quotation(text, start, highlights, words = []) {
  const quote = element("blockquote");
  const points = Array.from(text);
  const cut = (from, to) => points.slice(from - start, to - start).join("");
  const write = (into, from, to) => {
    let at = from;
    for (const span of words) {
      if (span.start < at || span.end > to) continue;
      into.append(cut(at, span.start), element("b", cut(span.start, span.end)));
      at = span.end;
    }
    into.append(cut(at, to));
    return into;
  };
  let at = start;
  for (const span of highlights) {
    write(quote, at, span.start).append(write(element("mark"), span.start, span.end));
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
  const about = element("details", "", "why");
  about.append(element("summary", "Why it is here"));
  const list = element("ul");
  const points = Array.from(hit.text);
  for (const each of hit.why.matched) {
    const found = each.spans.map((span) => points.slice(span.start - hit.start, span.end - hit.start).join(""));
    const line = element("li", "", "");
    line.append(element("b", each.said), ": “" + Array.from(new Set(found)).join("”, “") + "”");
    if (each.reason) line.append(" – " + REASONS[each.reason] + " (" + each.name + ")");
    list.append(line);
  }
  about.append(list.hasChildNodes() ? list : element("p", "None of your words stands here: it was found by its meaning."));
  const ranks = [ranked(hit.why.lexical_rank, "by words"), ranked(hit.why.dense_rank, "by meaning")];
  about.append(element("p", "Its report comes " + ranks.join(", ") + "."));
  return about;
}

// One card for neighbouring items of one report, each with its quotation, its place and why it is here.
export function cards(into, items, drugNames) {
  let last = null;
  for (const item of items) {
    if (!last || last.report !== item.report_id) {
      const made = element("article");
      made.tabIndex = -1;
      made.append(source(item.citation));
      const names = drugNames[item.report_id];
      if (names) made.append(element("p", "Names the drug: " + names.join(", "), "quiet"));
      into.append(made);
      last = { report: item.report_id, card: made };
    }
    last.card.append(quotation(item.text, item.start, item.highlights || [], wordsOf(item.why)));
    last.card.append(element("p", place(item), "quiet place"));
    if (item.why) last.card.append(why(item));
  }
}
