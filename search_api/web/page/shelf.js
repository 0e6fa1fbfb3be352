// The reports of the library: looked through, opened, taken out.
import { to } from "/page/address.js";
import { get, reason, remove } from "/page/api.js";
import { byline } from "/page/cards.js";
import { confirmed } from "/page/confirm.js";
import { button, counted, h, number, when } from "/page/dom.js";
import { tell } from "/page/taking.js";
import { Turn } from "/page/waiting.js";

const AT_ONCE = 50;

export class Shelf {
  constructor(changed) {
    this.changed = changed;
    this.find = h("input", { id: "find", type: "search", autocomplete: "off", placeholder: "words of title or author, DOI, PMID" });
    this.count = h("p", { class: "quiet", role: "status" });
    this.list = h("ul", { class: "shelf" });
    this.more = h("p");
    this.place = h("div");
    this.turn = new Turn(this.count, () => this.place);
    const form = h("form", { onsubmit: (event) => { event.preventDefault(); this.show(); } },
      h("label", { for: "find" }, "Look for a report"), h("div", { class: "line" }, this.find, h("button", { class: "second" }, "Find")));
    this.made = h("section", { "aria-label": "Reports" }, h("h2", null, "Reports"), form, this.count, this.place);
  }

  async show() {
    await this.turn.run("Looking…", async (signal) => {
      const page = await this.page("", signal);
      signal.throwIfAborted();
      this.list.replaceChildren();
      this.place.replaceChildren(this.list, this.more);
      this.add(page);
    });
  }

  page(after, signal) {
    const asked = new URLSearchParams({ limit: AT_ONCE });
    if (after) asked.set("after", after);
    if (this.find.value.trim()) asked.set("find", this.find.value.trim());
    return get("/v1/reports?" + asked, signal);
  }

  add(page) {
    this.count.textContent = page.total ? counted(page.total, "report") : this.find.value.trim() ? "No report has these words." : "No report yet.";
    this.list.append(...page.reports.map((report) => this.line(report)));
    this.more.replaceChildren(page.next ? button("Show more", () => this.further(page.next), { class: "second small" }) : "");
  }

  async further(after) {
    await this.turn.run("Looking…", async (signal) => {
      const page = await this.page(after, signal);
      signal.throwIfAborted();
      this.add(page);
    });
  }

  line(report) {
    const { authors, journal, year } = report.bibliography;
    const name = report.title || report.opening;
    const facts = [byline(authors), journal, year, report.kind, report.reader, number(report.length) + " characters"].filter(Boolean).join(" · ");
    return h("li", null,
      h("div", null, h("a", { href: to({ view: "report", report: report.report_id }) }, name),
        h("p", { class: "quiet" }, facts, " · added ", when(report.added))),
      button("Take out", () => this.takeOut(report.report_id, name), { class: "plain writes", "aria-label": "Take out " + name }));
  }

  async takeOut(id, name) {
    if (!await confirmed("Take this report out?", name + " leaves the catalog and the index. Sending its file in again brings it back.", "Take it out")) return;
    try {
      await remove("/v1/reports/" + encodeURIComponent(id));
      tell("Taken out.");
      this.changed();
    } catch (error) {
      failed(error);
    }
  }
}

function failed(error) {
  tell(reason(error), true);
}
