// Every view waits, fails and is overtaken in the same way.
import { mayPass, reason } from "/page/api.js";
import { button, h } from "/page/dom.js";

const SLOW_MS = 1500;

// Runs one thing at a time for a place of the page: what was asked before is broken off, its answer dropped.
export class Turn {
  constructor(status, panel) {
    this.status = status;
    this.panel = panel;
    this.breaking = null;
    this.busy = null;
  }

  say(text, isError) {
    this.status.replaceChildren(text);
    this.status.className = isError ? "error" : "";
  }

  stop() {
    if (this.breaking) this.breaking.abort();
    this.breaking = null;
  }

  // `work` is given a signal; gives back whether it came to its end.
  async run(doing, work) {
    this.stop();
    const mine = new AbortController();
    this.breaking = mine;
    const panel = this.panel();
    this.busy = panel;
    panel.setAttribute("aria-busy", "true");
    this.say(doing);
    const slow = setTimeout(() => this.isSlow(doing, work, mine), SLOW_MS);
    try {
      await work(mine.signal);
      return !mine.signal.aborted;
    } catch (error) {
      if (this.breaking === mine) this.failed(error, doing, work);
      return false;
    } finally {
      clearTimeout(slow);
      if (this.breaking === mine) this.breaking = null;
      if (!this.breaking || this.busy !== panel) panel.removeAttribute("aria-busy");
    }
  }

  // What was stopped leaves nothing of an earlier question behind, which could be taken for its answer.
  stopped(doing, work) {
    this.stop();
    this.say("Stopped.");
    this.panel().replaceChildren(h("div", { class: "problem" }, h("p", null, "Stopped before there was an answer."), button("Try again", () => this.run(doing, work), { class: "second small" })));
  }

  isSlow(doing, work, mine) {
    if (this.breaking !== mine) return;
    this.say("");
    this.status.append(doing + " This takes longer than usual. ", button("Stop", () => this.stopped(doing, work), { class: "plain" }));
  }

  failed(error, doing, work) {
    const told = reason(error);
    if (!told) return;
    this.say("");
    this.panel().replaceChildren(h("div", { class: "problem", role: "alert" },
      h("p", { class: "error" }, told), mayPass(error) ? button("Try again", () => this.run(doing, work), { class: "second small" }) : null));
  }
}
