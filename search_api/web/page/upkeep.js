// What needs somebody's judgement in the library: failures, likely duplicates, and which state of the index is served.
import { to } from "/page/address.js";
import { get, post, reason, remove } from "/page/api.js";
import { byline } from "/page/cards.js";
import { confirmed } from "/page/confirm.js";
import { button, bytes, counted, h, number, when } from "/page/dom.js";
import { tell } from "/page/taking.js";

// A part that asks the server when it is opened, and again when the library has changed while it is open.
class Part {
  constructor(title, load) {
    this.load = load;
    this.title = h("summary", null, title);
    this.inside = h("div");
    this.made = h("details", { class: "upkeep", ontoggle: () => this.refresh() }, this.title, this.inside);
  }

  async refresh() {
    if (!this.made.open) return;
    if (!this.inside.hasChildNodes()) this.inside.append(h("p", { class: "quiet" }, "Looking…"));
    try {
      this.inside.replaceChildren(...[await this.load()].flat());
    } catch (error) {
      this.inside.replaceChildren(h("p", { class: "error" }, reason(error)), button("Try again", () => this.refresh(), { class: "second small" }));
    }
  }
}

// A list that goes on: what `load` gives of a cursor, its lines and the next cursor.
async function listed(load, className) {
  const list = h("ul", { class: className });
  const more = h("p");
  const add = async (after) => {
    const { lines, next } = await load(after);
    list.append(...lines);
    more.replaceChildren(next ? button("Show more", (event) => further(event.target, next), { class: "second small" }) : "");
  };
  const further = async (pressed, next) => {
    pressed.disabled = true;
    try {
      await add(next);
    } catch (error) {
      pressed.disabled = false;
      tell(reason(error), true);
    }
  };
  await add("");
  return [list, more];
}

function query(most, after) {
  return "?" + new URLSearchParams({ limit: most, ...(after ? { after } : {}) });
}

export function failures(changed) {
  return new Part("Files that could not be read", async () => {
    const [list, more] = await listed(async (after) => {
      const page = await get("/v1/failures" + query(100, after));
      return { lines: page.failures.map((each) => failure(each, changed)), next: page.next };
    }, "shelf");
    return list.hasChildNodes() ? [list, more] : h("p", { class: "quiet" }, "Every file could be read.");
  });
}

// What nobody wants to read any more is let go; a file that fails again is listed again.
function failure(each, changed) {
  const name = each.path + (each.record ? "#" + each.record : "");
  const letGo = async () => {
    try {
      await remove("/v1/failures/" + each.id);
      tell("Let go.");
      await changed();
    } catch (error) {
      tell(reason(error), true);
    }
  };
  return h("li", null, h("div", null, name, h("p", { class: "error" }, each.reason), h("p", { class: "quiet" }, when(each.at))),
    button("Let it go", letGo, { class: "plain writes", "aria-label": "Let go of " + name }));
}

export function duplicates(changed) {
  const made = new Part("Reports that may be the same", async () => {
    let first = null;
    const [list, more] = await listed(async (after) => {
      const page = await get("/v1/duplicates" + query(50, after));
      first = first || page;
      return { lines: page.pairs.map((each) => pair(each, changed)), next: page.next };
    }, "pairs");
    if (first.comparing) return [h("p", null, "Comparing: " + number(first.done) + " of " + counted(first.of, "report") + "…"), button("Look again", () => made.refresh(), { class: "second small" })];
    if (!first.total) return h("p", { class: "quiet" }, "No two reports are suspected.");
    return [h("p", { class: "quiet" }, counted(first.total, "pair") + ". Two that are the same become one report with both sources; two that differ are not asked about again."), list, more];
  });
  return made;
}

function pair(each, changed) {
  const decide = async (isSame) => {
    if (isSame && !await confirmed("Make them one report?", "They become one report that keeps the sources of both.", "Make them one")) return;
    try {
      await post("/v1/duplicates", { one: each.reports[0].report_id, other: each.reports[1].report_id, decision: isSame ? "same" : "apart" });
      tell(isSame ? "They are one report now." : "They are kept apart.");
      await changed();
    } catch (error) {
      tell(reason(error), true);
    }
  };
  return h("li", { class: "card" }, h("p", { class: "strong" }, each.kind),
    each.reports.map((report) => h("p", null, h("a", { href: to({ view: "report", report: report.report_id }) }, report.title || report.opening),
      h("span", { class: "quiet" }, " " + [byline(report.authors), report.year, report.doi || report.pmid].filter(Boolean).join(" · ")))),
    h("ul", { class: "quiet" }, each.reasons.map((told) => h("li", null, told))),
    h("div", { class: "line writes" }, each.kind === "same patient" || each.kind === "text reuse" ? null : button("The same article", () => decide(true), { class: "second small" }),
      button("Different", () => decide(false), { class: "second small" })));
}

export function generations(changed) {
  return new Part("States of the index", async () => {
    const found = (await get("/v1/generations")).generations;
    if (!found.length) return h("p", { class: "quiet" }, "No index has been built yet.");
    return [h("p", { class: "quiet" }, "Each change makes a new generation; an older one can be served again. The next change builds on what the catalog holds."),
      h("ul", { class: "shelf" }, found.map((each) => generation(each, changed)))];
  });
}

function changes(told) {
  if (!told) return "";
  return [told.added && number(told.added) + " added", told.updated && number(told.updated) + " updated", told.removed && number(told.removed) + " removed", told.remade].filter(Boolean).join(", ");
}

function generation(each, changed) {
  const serve = async () => {
    if (!await confirmed("Serve generation " + each.number + "?", "Searches are answered from it at once: " + counted(each.reports, "report") + ", " + counted(each.passages, "passage") + ".", "Serve it")) return;
    try {
      await post("/v1/generations/" + each.number + "/serve");
      tell("Generation " + each.number + " is served.");
      await changed();
    } catch (error) {
      tell(reason(error), true);
    }
  };
  const facts = [counted(each.reports, "report"), counted(each.passages, "passage"), bytes(each.bytes), each.encoder, changes(each.changes)].filter(Boolean).join(" · ");
  return h("li", null, h("div", null, h("b", null, "Generation " + each.number), " ", each.served ? h("span", { class: "label improved" }, "served") : null, " ", each.created ? when(each.created) : null,
    h("p", { class: "quiet" }, each.problem || facts)),
    each.served || !each.servable ? null : button("Serve this one", serve, { class: "second small admins" }));
}
