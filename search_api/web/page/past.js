// The history: searches that were kept, to be run again, compared, and told of in a review.
import { FACETS, inLine, to } from "/page/address.js";
import { get, post, reason, remove } from "/page/api.js";
import { comparison, newSince } from "/page/comparing.js";
import { confirmed } from "/page/confirm.js";
import { button, byId, counted, h, when } from "/page/dom.js";
import { save, tell } from "/page/taking.js";
import { Turn } from "/page/waiting.js";

const view = byId("view-history");
const TABS = { search: "passages", ask: "answer", evidence: "evidence" };
const KINDS = { search: "Passages", ask: "Answer", evidence: "Evidence table" };
const AT_ONCE = 30;
const status = h("p", { role: "status", "aria-live": "polite" });
const list = h("ul", { class: "shelf" });
const place = h("div", null, list);
const more = h("p");
const compared = h("section", { id: "compared", "aria-label": "Comparison", tabindex: "-1" });
const both = button("Compare the two", compareTwo, { class: "second small", disabled: true });
const WHOLE = "Save the log for a review (PRISMA-S)";
const whole = button(WHOLE, () => save(log("markdown")), { class: "second small" });
const turn = new Turn(status, () => place);
const running = h("p", { role: "status", "aria-live": "polite" });
const comparing = new Turn(running, () => compared);
const ticked = new Set();

export function show() {
  document.title = "History – Casetrove";
  if (!view.hasChildNodes()) {
    view.append(h("h2", null, "Searches"),
      h("p", { class: "quiet" }, "Kept on this server, as they were run: line, conditions, expansions, counts and what was found. Stories of patients are not kept."),
      h("div", { class: "takebar" }, both,
        whole, button("… as CSV", () => save(log("csv")), { class: "plain" })),
      running, compared, status, place, more);
  }
  turn.run("Looking…", (signal) => load("", signal));
}

async function load(after, signal) {
  const page = await get("/v1/searches?" + new URLSearchParams({ limit: AT_ONCE, ...(after ? { after } : {}) }), signal);
  if (!after) {
    ticked.clear();
    tellBoth();
    list.replaceChildren();
    place.replaceChildren(list);
  }
  list.append(...page.searches.map(line));
  more.replaceChildren(page.next ? button("Show more", (event) => further(event.target, page.next), { class: "second small" }) : "");
  turn.say(list.hasChildNodes() ? "" : "Nothing was searched for yet, or the server keeps no log.");
}

async function further(pressed, after) {
  pressed.disabled = true;
  try {
    await load(after);
  } catch (error) {
    pressed.disabled = false;
    tell(reason(error), true);
  }
}

function tellBoth() {
  both.disabled = ticked.size !== 2;
  whole.textContent = ticked.size ? "Save " + counted(ticked.size, "search", "searches") + " for a review (PRISMA-S)" : WHOLE;
}

// Those that are ticked, or all.
function log(format) {
  return "/v1/searches/report?" + new URLSearchParams([["format", format], ...Array.from(ticked, (id) => ["id", id])]);
}

// The same line and conditions in the search view; conditions that the filters do not have are written into the line.
function again(kept) {
  const { must, must_not: mustNot, phrases, filters } = kept.given;
  const shown = Object.fromEntries(Object.entries(filters).filter(([name]) => FACETS.includes(name)));
  const others = Object.entries(filters).filter(([name]) => !FACETS.includes(name)).map(([name, values]) => name + ":" + values.map(inLine).join(","));
  const line = [kept.line, ...must.map((each) => "+" + inLine(each)), ...mustNot.map((each) => "-" + inLine(each)), ...phrases.map((each) => '"' + each + '"'), ...others];
  return to({ q: line.join(" ").trim(), tab: TABS[kept.kind], own: kept.settings.expand === false, filters: shown });
}

function line(kept) {
  const box = h("input", { type: "checkbox", class: "pick", "aria-label": "Select the search for " + kept.line });
  box.addEventListener("change", () => {
    if (box.checked) ticked.add(kept.id);
    else ticked.delete(kept.id);
    tellBoth();
  });
  const made = h("li", null, box, h("div", null, h("a", { href: again(kept) }, kept.line || "(conditions alone)"), conditions(kept),
    h("p", { class: "quiet" }, KINDS[kept.kind] + " · ", when(kept.at), " · " + counts(kept) + " · generation " + kept.corpus.generation + " of " + counted(kept.corpus.reports, "report") + (kept.again ? " · repeats " + kept.again : "") + " · " + kept.id),
    h("div", { class: "tools" },
      button("Run it as it was, and compare", () => told(() => replay(kept)), { class: "plain" }),
      button("What is new since", () => told((signal) => news(kept, signal)), { class: "plain" }),
      button("Forget", () => forget(kept, made), { class: "plain" }))));
  return made;
}

// What bounded the search beside its line.
function conditions(kept) {
  const told = kept.conditions.filter((each) => each.start === null).map((each) => each.kind + ": " + each.value);
  return told.length ? h("span", { class: "quiet" }, " " + told.join(", ")) : null;
}

const NOUNS = { search: "passage", ask: "sentence", evidence: "row" };

function counts(kept) {
  const { found, reports_found: reports } = kept.counts;
  return counted(found, NOUNS[kept.kind]) + " of " + counted(reports, "report");
}

// Of two that are asked for one after the other, the later one is shown.
async function told(work) {
  const isDone = await comparing.run("Running…", async (signal) => {
    const shown = await work(signal);
    signal.throwIfAborted();
    compared.replaceChildren(...shown);
    comparing.say("");
  });
  if (isDone) compared.focus();
}

async function replay(kept) {
  const found = await post("/v1/searches/" + kept.id + "/replay");
  show();
  return comparison("“" + kept.line + "”, then and now", found);
}

async function compareTwo() {
  const [one, other] = Array.from(ticked).sort();
  await told(async (signal) => {
    const found = await get("/v1/searches/" + one + "/compare?with=" + other, signal);
    return comparison("“" + found.then.line + "” and “" + found.now.line + "”", found);
  });
}

async function news(kept, signal) {
  return newSince(kept, await get("/v1/searches/" + kept.id + "/new", signal));
}

async function forget(kept, made) {
  if (!await confirmed("Forget this search?", kept.line, "Forget it")) return;
  try {
    await remove("/v1/searches/" + kept.id);
    made.remove();
    ticked.delete(kept.id);
    tellBoth();
  } catch (error) {
    tell(reason(error), true);
  }
}
