// Filters beside the results, each value with the number of reports that have it.
import { FACETS, go, read } from "/page/address.js";
import { post } from "/page/api.js";
import { button, byId, counted, h, number } from "/page/dom.js";

const NAMES = { year: "Year", age: "Age", sex: "Sex", treatment: "Treatment given", section: "Section", kind: "Kind of report" };
const FIRST = 6;
let latest = null;

function toggled(filters, facet, value) {
  const values = filters[facet] || [];
  const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
  const changed = { ...filters, [facet]: next };
  if (!next.length) delete changed[facet];
  return changed;
}

function toggle(facet, value) {
  const state = read();
  go({ ...state, filters: toggled(state.filters, facet, value) });
}

function line(facet, option, filters) {
  const id = "filter-" + facet + "-" + option.value.replace(/[^\w-]+/g, "_");
  const box = h("input", { type: "checkbox", id, onchange: () => toggle(facet, option.value) });
  box.checked = (filters[facet] || []).includes(option.value);
  return h("li", null, box, h("label", { for: id }, option.label), h("span", { class: "count" }, number(option.reports)));
}

function group(facet, found, filters) {
  const options = found.facets[facet] || [];
  const missing = (filters[facet] || []).filter((value) => !options.some((option) => option.value === value));
  const all = [...missing.map((value) => ({ value, label: value, reports: 0 })), ...options];
  if (!all.length) return null;
  const list = h("ul", null, all.slice(0, FIRST).map((option) => line(facet, option, filters)));
  const rest = all.slice(FIRST);
  const more = rest.length ? button("All " + all.length, () => {
    list.append(...rest.map((option) => line(facet, option, filters)));
    more.remove();
  }, { class: "plain" }) : null;
  const unknown = found.unknown[facet];
  return h("fieldset", null, h("legend", null, NAMES[facet]), list, more,
    unknown ? h("p", { class: "quiet" }, "Not told in " + counted(unknown, "report")) : null);
}

const DETAILS = matchMedia("(min-width: 60rem)");

// Chosen values stay at the top of their list even where no report has them.
export async function showFilters(state, conditions) {
  const place = byId("filters");
  const mine = new AbortController();
  if (latest) latest.abort();
  latest = mine;
  try {
    const found = await post("/v1/facets", { query: state.q.trim(), ...conditions }, mine.signal);
    const chosen = Object.values(state.filters).flat().length;
    const box = h("details", { open: DETAILS.matches },
      h("summary", null, "Filters" + (chosen ? " (" + chosen + ")" : "")),
      h("p", { class: "quiet" }, "Among " + counted(found.reports, "report") + " found"),
      FACETS.map((facet) => group(facet, found, state.filters)));
    const focused = document.activeElement && place.contains(document.activeElement) ? document.activeElement.id : "";
    place.replaceChildren(box);
    if (focused && byId(focused)) byId(focused).focus();
  } catch (error) {
    if (error.name !== "AbortError") place.replaceChildren();
  }
}

// What is chosen, each with a button that takes it out.
export function chosen(filters) {
  return Object.entries(filters).flatMap(([facet, values]) => values.map((value) => {
    const name = NAMES[facet].toLowerCase() + ": " + value;
    return h("li", null, name, button("×", () => toggle(facet, value), { "aria-label": "Remove the filter " + name }));
  }));
}
