// What is shown is what the address says, so that every state can be linked to and gone back to.
export const FACETS = ["year", "age", "sex", "treatment", "section", "kind"];
const VIEWS = ["search", "similar", "library", "history", "report"];
export const TABS = ["passages", "answer", "evidence"];

function offset(text) {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export function read(search = location.search) {
  const given = new URLSearchParams(search);
  const report = given.get("report");
  const view = report !== null ? "report" : given.get("view");
  const filters = {};
  for (const facet of FACETS) if (given.has(facet)) filters[facet] = given.getAll(facet);
  return {
    view: VIEWS.includes(view) ? view : "search",
    tab: TABS.includes(given.get("tab")) ? given.get("tab") : "passages",
    q: given.get("q") || "",
    own: given.get("words") === "own",
    filters,
    report,
    start: offset(given.get("start")),
    end: offset(given.get("end")),
    reading: given.get("reading"),
    like: given.get("like"),
  };
}

// A value as the query line has it: commas part alternatives there, and spaces words.
export function inLine(value) {
  return /[\s,]/.test(value) ? '"' + value.replaceAll('"', "") + '"' : value;
}

export function asked(state) {
  return state.q.trim() !== "" || Object.keys(state.filters).length > 0;
}

export function write(state) {
  const given = new URLSearchParams();
  if (state.view === "report") {
    given.set("report", state.report);
    if (Number.isInteger(state.start) && Number.isInteger(state.end)) {
      given.set("start", state.start);
      given.set("end", state.end);
      if (state.reading) given.set("reading", state.reading);
    }
    return "/?" + given;
  }
  if (state.view !== "search") given.set("view", state.view);
  if (state.view === "similar" && state.like) given.set("like", state.like);
  if (state.view === "search") {
    if (state.q) given.set("q", state.q);
    if (state.tab !== "passages") given.set("tab", state.tab);
    if (state.own) given.set("words", "own");
    for (const [facet, values] of Object.entries(state.filters)) for (const value of values) given.append(facet, value);
  }
  const line = given.toString();
  return line ? "/?" + line : "/";
}

const EMPTY = { view: "search", tab: "passages", q: "", own: false, filters: {}, report: null, start: null, end: null, reading: null, like: null };

// The address of a state that differs from the plain one by `changes`.
export function to(changes) {
  return write({ ...EMPTY, ...changes });
}

let shown = () => {};

export function onChange(show) {
  shown = show;
  window.addEventListener("popstate", () => show(read()));
  document.addEventListener("click", followed);
  show(read());
}

export function go(changes, { replace = false } = {}) {
  const next = to(changes);
  if (replace) history.replaceState(null, "", next);
  else if (next !== location.pathname + location.search) history.pushState({ within: true }, "", next);
  shown(read());
}

// Links within the page are followed without loading it anew.
function followed(event) {
  const link = event.target.closest && event.target.closest('a[href^="/?"], a[href="/"]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const next = link.getAttribute("href");
  if (next !== location.pathname + location.search) history.pushState({ within: true }, "", next);
  shown(read());
}
