// What came of each treatment, as bars with their counts beside them.
import { button, counted, h } from "/page/dom.js";

// In this order in each bar; the word is the first cue, the colour only the second.
export const OUTCOMES = [
  ["resolved", "resolved"], ["improved", "improved"], ["unchanged", "unchanged"], ["progressed", "progressed"],
  ["adverse_reaction", "adverse reaction"], ["death", "death"], ["not_stated", "not stated"],
];
const NAMES = new Map(OUTCOMES);
const SHOWN = 12;

export function outcomeName(label) {
  return NAMES.get(label) || label;
}

function words(outcomes) {
  return OUTCOMES.filter(([label]) => outcomes[label]).map(([label, name]) => outcomes[label] + " " + name).join(", ");
}

function legend(groups) {
  const used = OUTCOMES.filter(([label]) => groups.some((group) => group.outcomes[label]));
  return h("ul", { class: "legend", "aria-label": "Outcomes" }, used.map(([label, name]) => h("li", null, h("span", { class: "swatch " + label }), name)));
}

// Parts of a bar are as wide as their patients are many.
function bar(group, most) {
  const parts = OUTCOMES.filter(([label]) => group.outcomes[label]).map(([label, name]) => {
    const part = h("span", { class: "part " + label, title: group.outcomes[label] + " " + name }, String(group.outcomes[label]));
    part.style.width = (100 * group.outcomes[label]) / most + "%";
    return part;
  });
  return h("div", { class: "bar", role: "img", "aria-label": words(group.outcomes) || "nothing told" }, parts);
}

function line(group, most, choose) {
  const of = group.of === null ? "" : " of " + group.of;
  return h("tr", null,
    h("th", { scope: "row" }, button(group.canonical, () => choose(group.canonical), { class: "word", title: "Only rows of this treatment" })),
    h("td", { class: "wide" }, bar(group, most)),
    h("td", { class: "count" }, group.patients + of));
}

// How many patients the longest bar is of; one of them may have had several outcomes.
export function longest(groups) {
  return Math.max(1, ...groups.map((group) => Math.max(group.patients, Object.values(group.outcomes).reduce((sum, each) => sum + each, 0))));
}

// Bars of the treatments that were given, as long as their share of `most` patients; `choose` is told the name of one
// that is pressed. Null where there is none.
export function chart(title, groups, most, choose) {
  const given = groups.filter((group) => group.patients > 0);
  if (!given.length) return null;
  const body = h("tbody", null, given.slice(0, SHOWN).map((group) => line(group, most, choose)));
  const rest = given.slice(SHOWN);
  const more = rest.length ? button("Show all " + counted(given.length, "treatment"), () => {
    body.append(...rest.map((group) => line(group, most, choose)));
    more.remove();
  }, { class: "plain" }) : null;
  return h("figure", { class: "chart" },
    h("figcaption", null, title),
    legend(given),
    h("table", null, h("thead", { class: "unseen" }, h("tr", null, ["Treatment", "Outcomes", "Patients"].map((name) => h("th", { scope: "col" }, name)))), body),
    more);
}
