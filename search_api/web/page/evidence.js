// The table of evidence: counts with their denominators, bars of outcomes, a row for each patient and treatment.
import { post } from "/page/api.js";
import { reportLink, titleOf } from "/page/cards.js";
import { chart, longest } from "/page/chart.js";
import { button, counted, h } from "/page/dom.js";
import { Rows } from "/page/rows.js";
import { LISTS, save } from "/page/taking.js";

export async function evidence(panel, state, conditions, signal) {
  if (!state.q.trim()) {
    panel.replaceChildren(h("div", { class: "empty" }, h("p", { class: "strong" }, "Name a condition in the box above."),
      h("p", { class: "quiet" }, "The table says what was given for it, to whom, and what came of it.")));
    return null;
  }
  const found = await post("/v1/evidence", { question: state.q.trim(), filters: conditions.filters, log: conditions.log }, signal);
  panel.replaceChildren(...(found.rows.length ? shown(found, state) : [none(found)]));
  return { found, summary: counted(found.rows.length, "row") + " on " + counted(found.condition.patients, "patient") + "." };
}

function none(found) {
  return h("div", { class: "empty abstained" }, h("p", { class: "strong" }, "No patient of these reports has it, as far as they say."), h("p", null, found.summary));
}

function shown(found, state) {
  const rows = new Rows(found.rows);
  const most = longest(found.groups);
  const bars = (title, groups) => chart(title, groups, most, (name) => rows.only(name));
  return [
    h("p", { class: "lead" }, found.summary),
    h("p", { class: "caveat" }, found.caveat),
    bars("Patients by treatment, and what came of it", found.groups.filter(isAimed)),
    bars("Given for something else, and what came of it", found.groups.filter((group) => !isAimed(group))),
    counts(found.condition),
    rows.whole,
    files(state, rows),
    literature(found.literature),
  ].filter(Boolean);
}

// Whether it may have been for the condition: what was said to be for something else is a group apart.
function isAimed(group) {
  return group.of === null || !Object.keys(group.aims).length || "the condition" in group.aims || "not told" in group.aims;
}

// Who was counted, who was not, and why: the denominators.
function counts(about) {
  const of = about.patients;
  const lines = [
    ["Patients with the condition", of + " in " + counted(about.reports, "report")],
    ["… of whom a treatment is told", about.treated + " of " + of],
    ["… of these only planned, ruled out or declined", about.none_given],
    ["… of whom no treatment is reported", about.not_reported + " of " + of],
    ["With another underlying disease (shown apart)", about.different_underlying_disease],
    ["Underlying disease not told (left out)", about.underlying_not_told],
    ...about.without_extent.map((each) => ["Counted though not said to be “" + each.words + "”", each.patients + " of " + of]),
    ["Reports that name it, and those looked into", about.reports_naming + ", " + about.reports_looked_into],
    ["Patients told of in two reports, counted once", about.overlaps.length],
  ].filter(([, value]) => value !== 0);
  const names = about.names.map((each) => each.name + " (" + each.patients + ")").join(", ");
  return h("details", { class: "counts" }, h("summary", null, "Who was counted: " + counted(of, "patient") + " in " + counted(about.reports, "report")),
    h("dl", null, lines.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, String(value))]),
      names ? [h("dt", null, "Named as"), h("dd", null, names)] : null),
    about.overlaps.map((each) => h("p", { class: "quiet" }, "Taken for one patient: " + each.reports.join(" and ") + " – " + each.reasons.join("; "))));
}

const FILES = [["csv", "CSV"], ["xlsx", "Excel"], ["markdown", "Markdown"], ["json", "JSON"], ...LISTS.filter(([name]) => name !== "csv" && name !== "markdown")];

// The file holds what is shown, in its order.
function files(state, rows) {
  const format = h("select", { "aria-label": "Format of the file" }, FILES.map(([value, label]) => h("option", { value }, label)));
  const wanted = () => ({ question: state.q.trim(), filters: state.filters, format: format.value, ...rows.chosen() });
  return h("div", { class: "takebar" }, format, button("Save the table", () => save("/v1/evidence/export", wanted()), { class: "second small" }));
}

// Treatments that the reports tell only of others, or in general: nobody's here.
function literature(told) {
  if (!told.length) return null;
  const items = told.slice(0, 200).map((each) => h("li", null, each.treatment, " – ",
    each.quotes.length ? reportLink({ report_id: each.catalog_id, citation: each.citation, ...each.quotes[0] }, titleOf(each.citation)) : titleOf(each.citation)));
  return h("details", { class: "counts" }, h("summary", null, "Told only of others, or in general: " + counted(told.length, "treatment")),
    h("p", { class: "quiet" }, "Not what these patients were given."), h("ul", null, items));
}
