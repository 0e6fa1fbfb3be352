// The search box: asks /v1/ask or /v1/search and shows what comes back. Text only ever enters as text nodes.
const form = document.getElementById("question");
const box = document.getElementById("q");
const status = document.getElementById("status");
const results = document.getElementById("results");
const conditions = document.getElementById("conditions");
let latest = 0;

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function say(text, isError) {
  status.textContent = text;
  status.className = isError ? "error" : "";
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
export function quotation(text, start, highlights) {
  const quote = element("blockquote");
  const points = Array.from(text);
  let at = 0;
  for (const span of highlights) {
    quote.append(points.slice(at, span.start - start).join(""));
    quote.append(element("mark", points.slice(span.start - start, span.end - start).join("")));
    at = span.end - start;
  }
  quote.append(points.slice(at).join(""));
  return quote;
}

// One card for neighbouring items of one report, each with its quotation and its place.
function cards(items, highlightsOf) {
  let last = null;
  for (const item of items) {
    if (!last || last.report !== item.report_id) {
      const made = element("article");
      made.tabIndex = -1;
      made.append(source(item.citation));
      results.append(made);
      last = { report: item.report_id, card: made };
    }
    last.card.append(quotation(item.text, item.start, highlightsOf(item)), element("p", place(item), "quiet place"));
  }
}

const LABELS = { phrase: "to the letter", must: "must hold", must_not: "must not hold" };

// What was understood as a condition, each with a button that takes it out of the line and asks again.
function chips(found, text, mode) {
  conditions.replaceChildren();
  for (const condition of found.conditions) {
    const name = (LABELS[condition.kind] || condition.kind) + ": " + condition.value;
    const remove = element("button", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", "Remove the condition " + name);
    remove.addEventListener("click", () => {
      box.value = without(text, condition);
      box.focus();
      if (!box.value) return;
      remember(box.value, mode);
      run(box.value, mode);
    });
    const chip = element("li", name);
    chip.append(remove);
    conditions.append(chip);
  }
  conditions.hidden = found.conditions.length === 0;
}

function without(text, span) {
  const points = Array.from(text.trim());
  return (points.slice(0, span.start).join("") + points.slice(span.end).join("")).replace(/\s+/g, " ").trim();
}

// What was not understood, and what was left out because a report does not tell it.
function told(found) {
  for (const notice of found.notices) results.append(element("p", notice, "quiet"));
  for (const [name, count] of Object.entries(found.left_out_unknown)) {
    const reports = count === 1 ? "1 report" : count + " reports";
    results.append(element("p", "Left out: " + reports + " that would do but for the " + name + ", which is not told.", "quiet"));
  }
}

function show(found) {
  results.replaceChildren();
  told(found);
  if (found.reason) results.append(element("p", found.reason, found.answerable ? "" : "silent"));
  if (found.sentences && found.sentences.length) {
    results.append(element("h2", "What the reports say"));
    cards(found.sentences, () => []);
  }
  if (found.hits.length) {
    results.append(element("h2", found.answerable === false ? "Nearest passages" : "Passages"));
    cards(found.hits, (hit) => hit.highlights);
  }
  const count = found.hits.length === 1 ? "1 passage" : found.hits.length + " passages";
  say(count + " in " + Math.round(found.took_ms) + " ms, generation " + found.generation + ".");
}

async function run(text, mode) {
  const mine = ++latest;
  say("Looking…");
  try {
    const response = await fetch("/v1/" + mode, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(mode === "ask" ? { question: text } : { query: text }),
    });
    const found = await response.json();
    if (mine !== latest) return;
    if (!response.ok) throw new Error(found.detail);
    chips(found, text, mode);
    show(found);
  } catch (error) {
    if (mine !== latest) return;
    results.replaceChildren();
    conditions.hidden = true;
    say(error instanceof TypeError ? "The server does not answer. Is it still running?" : error.message, true);
  }
}

function remember(text, mode) {
  history.pushState(null, "", "/?" + new URLSearchParams({ q: text, mode: mode }));
}

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  box.value = asked.get("q") || "";
  if (box.value.trim()) run(box.value, asked.get("mode") === "search" ? "search" : "ask");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const mode = event.submitter ? event.submitter.value : "ask";
  remember(box.value, mode);
  run(box.value, mode);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (event.key === "/") {
    event.preventDefault();
    box.select();
  } else if (event.key === "j" || event.key === "k") {
    const cards = Array.from(results.querySelectorAll("article"));
    const next = cards.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
    if (cards[next]) cards[next].focus();
  }
});

window.addEventListener("popstate", fromAddress);
fromAddress();
