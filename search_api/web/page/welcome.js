// Before anything is asked: examples, or what to do where there is nothing to search.
import { to } from "/page/address.js";
import { get, post, reason } from "/page/api.js";
import { button, h, number } from "/page/dom.js";
import { tell } from "/page/taking.js";

const EXAMPLES = [
  ["treatments tried for calcinosis universalis in SLE", "evidence", "What was tried, in whom, and what came of it"],
  ["What was given for hiccups after surgery?", "answer", "Sentences that answer, letter for letter"],
  ["rash after a new drug age:<18", "passages", "Passages on children alone"],
  ['"myocarditis" year:2015.. -influenza', "passages", "A phrase, a year, a word that must not be there"],
];

function examples() {
  return EXAMPLES.map(([q, tab, about]) => h("li", null, h("a", { href: to({ q, tab }) }, q), h("span", { class: "quiet" }, about)));
}

export async function welcome(place) {
  place.replaceChildren(h("h2", null, "For example"), h("ul", { class: "examples" }, examples()));
  try {
    const index = await get("/v1/index");
    if (index.generation === null || index.reports === 0) place.replaceChildren(nothingYet(index));
  } catch (error) {
    place.replaceChildren(h("p", { class: "error", role: "alert" }, reason(error)));
  }
}

function nothingYet(index) {
  const { building, waiting, last_error: failed } = index.rebuild;
  if (building || waiting) return told("The reports are being indexed.", number(index.catalog.reports) + " in the catalog; they can be searched as soon as the first index is built.", library("See how far it is"));
  if (index.catalog.reports === 0) return told("There is nothing to search yet.", "Add articles as PDF, HTML, XML, Word or text, or a bibliography:", library("Add reports"));
  return told("There are reports, but no index that can be searched.", failed || index.reason, button("Build the index", build));
}

function told(what, why, act) {
  return h("div", { class: "empty" }, h("p", { class: "strong" }, what), h("p", null, why), h("p", null, act));
}

function library(text) {
  return h("a", { class: "act", href: to({ view: "library" }) }, text);
}

async function build(event) {
  event.target.disabled = true;
  try {
    await post("/v1/index/rebuild");
    tell("It is being built.");
  } catch (error) {
    event.target.disabled = false;
    tell(reason(error), true);
  }
}
