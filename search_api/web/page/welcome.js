// Before anything is asked: examples, or what to do where there is nothing to search.
import { to } from "/page/address.js";
import { get, reason } from "/page/api.js";
import { h, number } from "/page/dom.js";

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
  const isComing = index.rebuild.building || index.rebuild.waiting || index.catalog.reports > 0;
  return h("div", { class: "empty" },
    h("p", { class: "strong" }, isComing ? "The reports are being indexed." : "There is nothing to search yet."),
    h("p", null, isComing
      ? number(index.catalog.reports) + " in the catalog; they can be searched as soon as the first index is built."
      : "Add articles as PDF, HTML, XML, Word or text, or a bibliography:"),
    h("p", null, h("a", { class: "act", href: to({ view: "library" }) }, isComing ? "See how far it is" : "Add reports")),
    index.reason && !isComing ? h("p", { class: "quiet" }, index.reason) : null);
}
