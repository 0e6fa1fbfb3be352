// Rows of evidence: sorted, grouped, each opened for its sentences.
import { reportLink, titleOf } from "/page/cards.js";
import { outcomeName } from "/page/chart.js";
import { button, counted, h } from "/page/dom.js";
import { copyButtons } from "/page/taking.js";

const AT_ONCE = 60;
const APART = "different underlying disease";

function age(row) {
  if (!row.age) return "";
  const value = Math.round(row.age.value * 10) / 10;
  return value + (row.age.unit === "year" ? "" : " " + row.age.unit + (value === 1 ? "" : "s"));
}

function years(row) {
  const share = { year: 1, month: 1 / 12, week: 1 / 52, day: 1 / 365 };
  return row.age ? row.age.value * (share[row.age.unit] || 0) : Infinity;
}

function person(row) {
  return [age(row), row.sex, ...row.other_diseases].filter(Boolean).join(", ") || "not told";
}

function how(row) {
  return [row.dose, row.route, row.frequency, row.duration].filter(Boolean).join(", ");
}

const COLUMNS = [
  ["Treatment", (row) => row.treatment || row.state, (row) => (row.canonical || "￿").toLowerCase()],
  ["Patient", person, years],
  ["How", how, how],
  ["Status", (row) => (row.status || "").replaceAll("_", " "), (row) => row.status || ""],
  ["For", (row) => (row.treatment ? row.target || row.aim : ""), (row) => row.aim],
  ["Outcome", (row) => (row.treatment ? outcomeName(row.outcome.label) : ""), (row) => row.outcome.label],
  ["Source", (row) => [titleOf(row.citation), row.citation.year].filter(Boolean).join(", "), (row) => -(row.citation.year || 0)],
];
const SORTS = ["treatment", "age", "dose", "status", "target", "outcome", "-year"]; // the server's names for the columns
const GROUPS = {
  treatment: (row) => row.canonical || row.state,
  patient: (row) => "Patient " + row.patient + ": " + person(row),
  report: (row) => [titleOf(row.citation), row.citation.year].filter(Boolean).join(", "),
};

function compare(one, other) {
  if (typeof one === "number") return one - other;
  return one < other ? -1 : one > other ? 1 : 0;
}

export class Rows {
  constructor(rows) {
    this.rows = rows;
    this.column = null;
    this.isUp = true;
    this.grouping = "treatment";
    this.treatment = null;
    this.most = AT_ONCE;
    this.made = new Map(); // by row: its lines, so that what was opened stays open
    this.headings = COLUMNS.map(([name], at) => h("th", { scope: "col" }, button(name, () => this.sort(at), { class: "word" })));
    this.head = h("thead", null, h("tr", null, h("th", { class: "narrow" }, h("span", { class: "unseen" }, "Sentences")), this.headings));
    this.body = h("tbody");
    this.after = h("p");
    this.note = h("p", { class: "quiet", role: "status" });
    const choice = h("select", { id: "grouping", onchange: () => { this.grouping = choice.value; this.most = AT_ONCE; this.show(); } },
      [["treatment", "by treatment"], ["patient", "by patient"], ["report", "by report"], ["none", "not at all"]].map(([value, text]) => h("option", { value }, text)));
    this.whole = h("section", { class: "rows", "aria-label": "Rows" },
      h("div", { class: "takebar" }, h("label", { for: "grouping" }, "Group the rows"), choice, this.note),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of patients and treatments" }, h("table", { class: "evidence" }, this.head, this.body)), this.after);
    this.show();
  }

  // Rows of one treatment alone; of all again where it is null.
  only(treatment) {
    this.treatment = treatment;
    this.most = AT_ONCE;
    this.show();
    this.whole.scrollIntoView({ block: "nearest" });
  }

  // The order and the one treatment that are chosen, as the server takes them.
  chosen() {
    const sort = this.column === null ? null : this.isUp ? SORTS[this.column] : ("-" + SORTS[this.column]).replace(/^--/, "");
    return { ...(sort ? { sort } : {}), ...(this.treatment === null ? {} : { treatments: [this.treatment] }) };
  }

  sort(column) {
    this.isUp = this.column === column ? !this.isUp : true;
    this.column = column;
    this.show();
  }

  ordered() {
    const wanted = this.treatment === null ? this.rows : this.rows.filter((row) => row.canonical === this.treatment);
    if (this.column === null) return wanted;
    const value = COLUMNS[this.column][2];
    return [...wanted].sort((one, other) => (this.isUp ? 1 : -1) * compare(value(one), value(other)));
  }

  grouped(rows) {
    if (this.grouping === "none") return [[null, rows]];
    const groups = new Map();
    for (const row of rows) {
      const name = GROUPS[this.grouping](row);
      groups.set(name, [...(groups.get(name) || []), row]);
    }
    const listed = Array.from(groups);
    if (this.grouping === "treatment" && this.column === null) listed.sort((one, other) => other[1].length - one[1].length);
    return listed;
  }

  // Rows of those who are counted, then under a line of their own those who have another disease below.
  parted(rows) {
    const parts = [[null, rows.filter((row) => row.state !== APART)], ["Not counted: the patient has another underlying disease", rows.filter((row) => row.state === APART)]];
    return parts.filter(([, those]) => those.length);
  }

  show() {
    this.headings.forEach((heading, at) => this.mark(heading, at));
    const rows = this.ordered();
    const made = [];
    let left = this.most;
    for (const [part, all] of this.parted(rows)) {
      if (left <= 0) break;
      if (part !== null) made.push(heading("division", part, all));
      for (const [name, those] of this.grouped(all)) {
        if (left <= 0) break;
        if (name !== null) made.push(heading("group", name, those));
        for (const row of those.slice(0, left)) made.push(...this.lines(row));
        left -= those.length;
      }
    }
    this.body.replaceChildren(...made);
    this.note.replaceChildren(this.treatment === null ? "" : h("span", null, "Only " + this.treatment + " ", button("Show all", () => this.only(null), { class: "plain" })));
    this.after.replaceChildren(rows.length > this.most ? button("Show more of " + counted(rows.length, "row"), () => { this.most += 200; this.show(); }, { class: "second small" }) : "");
  }

  lines(row) {
    if (!this.made.has(row)) this.made.set(row, lines(row));
    return this.made.get(row);
  }

  mark(heading, at) {
    const sorted = this.column === at;
    if (sorted) heading.setAttribute("aria-sort", this.isUp ? "ascending" : "descending");
    else heading.removeAttribute("aria-sort");
    heading.firstChild.textContent = COLUMNS[at][0] + (sorted ? (this.isUp ? " ▲" : " ▼") : "");
  }
}

function heading(kind, name, rows) {
  const heads = counted(new Set(rows.map((row) => row.patient)).size, "patient") + ", " + counted(rows.length, "row");
  return h("tr", { class: kind }, h("th", { colspan: COLUMNS.length + 1, scope: "colgroup" }, name, h("span", { class: "quiet" }, " " + heads)));
}

// A row, and below it, closed at first, the sentences that it rests on.
function lines(row) {
  const cells = COLUMNS.map(([name, text], at) => h("td", { "data-name": name },
    at === COLUMNS.length - 1 ? h("div", { class: "clamped", title: text(row) }, reportLink({ report_id: row.catalog_id, citation: row.citation, ...(row.quotes[0] || {}) }, text(row))) : at === 5 ? outcome(row) : text(row)));
  const below = h("tr", { class: "sentences", hidden: true }, h("td", { colspan: COLUMNS.length + 1 }));
  const open = button("▸", () => {
    below.hidden = !below.hidden;
    open.textContent = below.hidden ? "▸" : "▾";
    open.setAttribute("aria-expanded", !below.hidden);
    if (!below.firstChild.hasChildNodes()) below.firstChild.append(sentences(row));
  }, { class: "plain", "aria-expanded": "false", "aria-label": "Sentences on " + (row.treatment || "this patient") });
  return [h("tr", { class: row.state === APART ? "apart" : "" }, h("td", { class: "narrow" }, open), cells), below];
}

function outcome(row) {
  if (!row.treatment) return "";
  const last = row.outcome.quotes[row.outcome.quotes.length - 1];
  return [h("span", { class: "label " + row.outcome.label }, outcomeName(row.outcome.label)), last ? h("q", null, last.text) : null].filter(Boolean);
}

// Those on the treatment and its outcome first, then on the patient's course, then why the patient is counted.
function sentences(row) {
  const shown = new Set();
  const quote = (about) => (each) => {
    const name = each.start + "-" + each.end;
    if (shown.has(name)) return null;
    shown.add(name);
    const item = { ...each, report_id: row.catalog_id, citation: row.citation };
    return h("div", { class: "passage" }, h("blockquote", null, each.text), h("div", { class: "tools" },
      h("span", { class: "quiet" }, about + "characters " + each.start + "–" + each.end), reportLink(item, "Read in the report"), copyButtons(item)));
  };
  const met = row.met_by.map((each) => each.quote).filter(Boolean);
  const diseases = row.diagnoses.map((each) => each.name).join(", ") + (row.other_diseases.length ? " (underlying: " + row.other_diseases.join(", ") + ")" : "");
  return h("div", null, diseases ? h("p", null, "Diagnoses: " + diseases) : null,
    row.quotes.map(quote("")), row.course.quotes.map(quote("the patient's course · ")), met.map(quote("why the patient is counted · ")));
}
