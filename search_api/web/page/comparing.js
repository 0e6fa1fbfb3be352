// What two searches found, held against each other; and what is new since one.
import { to } from "/page/address.js";
import { counted, h, when } from "/page/dom.js";

function shown(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "none");
}

// In what two searches differ beside what they found: request, ranking, corpus.
function differences(found) {
  if (!found.length) return h("p", { class: "quiet" }, "Asked, ranked and searched alike.");
  return h("details", { class: "counts" }, h("summary", null, "They differ in " + found.map((each) => each.name.replaceAll("_", " ")).join(", ")),
    h("dl", null, found.flatMap((each) => [h("dt", null, each.part + ": " + each.name.replaceAll("_", " ")), h("dd", null, shown(each.then) + " → " + shown(each.now))])));
}

function report(place, isThere = true) {
  const name = place.title || place.report_id;
  return isThere ? h("a", { href: to({ view: "report", report: place.report_id, start: place.start, end: place.end, reading: place.reading }) }, name) : name;
}

function ranks(change) {
  if (change.rank_then === null) return "now " + change.rank_now;
  if (change.rank_now === null) return "then " + change.rank_then;
  return change.rank_then === change.rank_now ? "still " + change.rank_now : change.rank_then + " → " + change.rank_now;
}

function changes(found) {
  const rows = found.map((each) => h("tr", { class: each.fate }, h("td", null, each.fate), h("td", null, ranks(each)),
    h("td", null, report(each, each.reason !== "removed report")), h("td", null, each.reason || "")));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What each found" }, h("table", { class: "evidence plainly" },
    h("thead", null, h("tr", null, ["", "Rank", "Report", "Why"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", null, rows)));
}

export function comparison(title, found) {
  return [h("h3", null, title),
    h("p", null, [counted(found.same, "place is the same", "places are the same"), found.moved + " moved", found.gained + " gained", found.lost + " lost"].join(", ") + "."),
    h("p", { class: "quiet" }, "Then: ", when(found.then.at), ", " + counted(found.then.corpus.reports, "report") + ". Now: ", when(found.now.at), ", " + counted(found.now.corpus.reports, "report") + "."),
    differences(found.differences), found.changes.length ? changes(found.changes) : null].filter(Boolean);
}

function places(title, found) {
  if (!found.length) return null;
  return [h("h4", null, title), h("ol", null, found.map((each) => h("li", null, report(each))))];
}

export function newSince(kept, found) {
  const gone = found.gone.map((each) => h("li", null, report(each, each.reason !== "removed report"), h("span", { class: "quiet" }, " " + (each.reason || ""))));
  return [h("h3", null, "New since “" + kept.line + "”"),
    h("p", null, counted(found.added.length, "place") + " in reports added since, " + found.changed.length + " in changed ones, " + found.gone.length + " found then and no more."),
    h("p", { class: "quiet" }, "Compared: " + found.compared + ". In the whole corpus " + counted(found.reports_added, "report") + " came, " + found.reports_changed + " changed, " + found.reports_removed + " went."),
    ...(places("In reports added since", found.added) || []), ...(places("In reports changed since", found.changed) || []),
    ...(gone.length ? [h("h4", null, "Found then, and no more"), h("ul", null, gone)] : []), differences(found.differences)];
}
