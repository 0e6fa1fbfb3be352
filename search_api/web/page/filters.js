// Filters beside the results, each value with the number of reports that have it.
import { FACETS, go, read } from "/page/address.js";
import { mayPass, post, reason } from "/page/api.js";
import { button, byId, counted, h, number, slice } from "/page/dom.js";

const NAMES = { year: "Year", age: "Age", sex: "Sex", treatment: "Treatment given", section: "Section", kind: "Kind of report" };
const FIRST = 6;
let latest = null;
let understood = []; // how the server understood the line that is shown

function toggled(filters, facet, value) {
  const values = filters[facet] || [];
  const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
  const changed = { ...filters, [facet]: next };
  if (!next.length) delete changed[facet];
  return changed;
}

// A line without one of its conditions.
export function without(text, span) {
  return (slice(text, 0, span.start) + slice(text, span.end)).replace(/\s+/g, " ").trim();
}

function inLine(facet) {
  return understood.filter((each) => each.kind === facet && each.start !== null);
}

// The values that a condition asks for. Only names of treatments may hold commas: they are read as they stand in the line.
function valuesOf(text, condition) {
  if (condition.kind !== "treatment") return condition.value.split(", ");
  const written = slice(text, condition.start, condition.end);
  return Array.from(written.slice(written.indexOf(":") + 1).matchAll(/"([^"]*)"|[^,]+/g), (match) => match[1] ?? match[0]);
}

// What the line asks for of a facet becomes a filter like those that are ticked, so that all its values are alternatives.
function taken(state, facet) {
  const ofLine = inLine(facet);
  const values = ofLine.flatMap((each) => valuesOf(state.q.trim(), each));
  const q = ofLine.sort((one, other) => other.start - one.start).reduce(without, state.q.trim());
  return { ...state, q, filters: { ...state.filters, [facet]: Array.from(new Set([...(state.filters[facet] || []), ...values])) } };
}

// What was typed meanwhile is asked, not lost.
function toggle(facet, value) {
  const typed = byId("q").value.trim();
  const state = typed === read().q.trim() ? taken(read(), facet) : { ...read(), q: typed };
  go({ ...state, filters: toggled(state.filters, facet, value) });
}

function line(facet, option, filters, at) {
  const id = "filter-" + facet + "-" + at;
  const box = h("input", { type: "checkbox", id, "data-name": facet + ":" + option.value, onchange: () => toggle(facet, option.value) });
  box.checked = (filters[facet] || []).includes(option.value);
  return h("li", null, box, h("label", { for: id }, option.label), h("span", { class: "count" }, option.reports === null ? "" : number(option.reports)));
}

const opened = new Set(); // facets of which all values are shown

// Chosen values first; one that the server does not count has no number.
function group(facet, found, filters) {
  const isChosen = (option) => (filters[facet] || []).includes(option.value);
  const options = found.facets[facet] || [];
  const missing = (filters[facet] || []).filter((value) => !options.some((option) => option.value === value));
  const all = [...missing.map((value) => ({ value, label: value, reports: null })), ...options.filter(isChosen), ...options.filter((option) => !isChosen(option))];
  if (!all.length) return null;
  const lines = all.map((option, at) => line(facet, option, filters, at));
  const most = opened.has(facet) ? lines.length : Math.max(FIRST, (filters[facet] || []).length);
  const list = h("ul", null, lines.slice(0, most));
  const more = lines.length > most ? button("All " + all.length, () => {
    opened.add(facet);
    list.append(...lines.slice(most));
    lines[most].querySelector("input").focus();
    more.remove();
  }, { class: "plain" }) : null;
  const unknown = found.unknown[facet];
  return h("fieldset", null, h("legend", null, NAMES[facet]), list, more,
    unknown ? h("p", { class: "quiet" }, "Not told in " + counted(unknown, "report")) : null);
}

const WIDE = matchMedia("(min-width: 60rem)");

export async function showFilters(state, conditions) {
  const place = byId("filters");
  const mine = new AbortController();
  if (latest) latest.abort();
  latest = mine;
  try {
    const found = await post("/v1/facets", { query: state.q.trim(), ...conditions }, mine.signal);
    understood = found.conditions;
    const filters = Object.fromEntries(FACETS.map((facet) => [facet, taken(state, facet).filters[facet]]));
    const chosen = Object.values(filters).flat().length;
    const before = place.querySelector("details");
    const box = h("details", { open: before ? before.open : WIDE.matches },
      h("summary", null, "Filters" + (chosen ? " (" + chosen + ")" : "")),
      h("p", { class: "quiet" }, "Among " + counted(found.reports, "report") + " found"),
      FACETS.map((facet) => group(facet, found, filters)));
    const held = place.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    place.replaceChildren(box);
    const again = held && Array.from(box.querySelectorAll("input")).find((input) => input.dataset.name === held);
    if (again) again.focus();
  } catch (error) {
    if (error.name === "AbortError") return;
    understood = [];
    place.replaceChildren(mayPass(error) ? h("p", { class: "quiet" }, "The filters could not be had: " + reason(error) + " ", button("Try again", () => showFilters(state, conditions), { class: "plain" })) : "");
  }
}

// What is chosen, each with a button that takes it out.
export function chosen(filters) {
  return Object.entries(filters).flatMap(([facet, values]) => values.map((value) => {
    const name = NAMES[facet].toLowerCase() + ": " + value;
    return h("li", null, name, button("×", () => toggle(facet, value), { "aria-label": "Remove the filter " + name }));
  }));
}
