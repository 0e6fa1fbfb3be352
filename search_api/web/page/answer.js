// The answer: sentences letter for letter, each with its citation and its surroundings; or plainly that there is none.
import { to } from "/page/address.js";
import { post } from "/page/api.js";
import { cards, facts, place, reportLink, titleOf, warned } from "/page/cards.js";
import { counted, h } from "/page/dom.js";
import { peeking } from "/page/peek.js";
import { Choice, copyButtons } from "/page/taking.js";

export async function answer(panel, state, conditions, signal) {
  if (!state.q.trim()) {
    panel.replaceChildren(h("div", { class: "empty" }, h("p", { class: "strong" }, "Ask a question in the box above."),
      h("p", { class: "quiet" }, "With filters alone there is nothing to answer; the passages show what meets them.")));
    return null;
  }
  const found = await post("/v1/ask", { question: state.q.trim(), explain: true, ...conditions }, signal);
  const choice = new Choice(found.answerable ? "sentence" : "passage");
  panel.replaceChildren(choice.bar, ...(found.answerable ? answered(found, choice) : silent(found, state)), below(found, found.answerable ? new Choice("passage") : choice));
  return { found, summary: found.answerable ? counted(found.sentences.length, "sentence") + "." : "No answer." };
}

function answered(found, choice) {
  const reports = new Map();
  for (const each of found.sentences) reports.set(each.report_id, [...(reports.get(each.report_id) || []), each]);
  return [
    found.lead ? h("p", { class: "lead" }, found.lead) : null,
    ...Array.from(reports.values()).map((those, at) => fromReport(those, at + 1, choice)),
    found.reason ? h("p", { class: "quiet" }, found.reason) : null,
  ].filter(Boolean);
}

// What one report says, under its citation.
function fromReport(sentences, number, choice) {
  const first = sentences[0];
  return h("article", { class: "card", tabindex: "-1" },
    h("h3", null, "[" + number + "] ", reportLink(first, titleOf(first.citation))), facts(first.citation), first.citation.warnings.map(warned),
    sentences.map((each) => sentence(each, choice)));
}

function sentence(each, choice) {
  const said = h("span", { class: "said", tabindex: "0", role: "button", "aria-expanded": "false" }, each.text);
  peeking(said, each);
  return h("div", { class: "passage" }, choice.box(each, "sentence"),
    h("div", null, h("blockquote", null, said),
      h("div", { class: "tools" }, h("span", { class: "quiet" }, place(each)), reportLink(each, "Read in the report"), copyButtons(each))));
}

function silent(found, state) {
  return [h("div", { class: "empty abstained" },
    h("p", { class: "strong" }, "The reports at hand do not answer this."),
    h("p", null, found.reason),
    h("p", { class: "quiet" }, "Nothing is made up in their stead. ",
      h("a", { href: to({ ...state, tab: "evidence" }) }, "The evidence table"), " shows what cases there are."))];
}

function below(found, choice) {
  if (!found.hits.length) return h("div");
  const heading = found.answerable ? "Passages it rests on, and near ones" : "Nearest passages, which do not answer it";
  return h("details", { class: "near", open: !found.answerable }, h("summary", null, heading), found.answerable ? choice.bar : null, h("div", { class: "cards" }, cards(found.hits, found.drug_names, choice)));
}
