// Patients like one: sends a story, or a report's id, and shows what comes back.
import { post } from "/page/api.js";
import { place, quotation, reportLink, source } from "/page/cards.js";
import { byId, counted, h, number } from "/page/dom.js";
import { Choice, copyButtons } from "/page/taking.js";
import { Turn } from "/page/waiting.js";
import { go } from "/page/address.js";

const view = byId("view-similar");
const story = h("textarea", { id: "story", rows: "7", maxlength: "100000", autocomplete: "off", spellcheck: "false" });
const status = h("p", { role: "status", "aria-live": "polite" });
const results = h("div", { class: "cards" });
const turn = new Turn(status, () => results);
let shown = null;

export function show(state) {
  document.title = "Similar patients – Casetrove";
  if (!view.hasChildNodes()) {
    view.append(h("h2", null, "Similar patients"), h("form", { id: "story-form", onsubmit: sent },
      h("label", { for: "story" }, "A patient's story: findings, history, age and sex; what is denied counts too"),
      story, h("div", { class: "line" }, h("button", null, "Find similar patients")),
      h("p", { class: "quiet" }, "It goes to this server only, and stands in no log, no history and no address.")), status, results);
  }
  if (state.like && state.like !== shown) compare({ report_id: state.like }, state.like);
  if (!state.like && shown && shown !== "story") {
    shown = null;
    results.replaceChildren();
    turn.say("");
  }
}

function sent(event) {
  event.preventDefault();
  if (!story.value.trim()) return story.focus();
  if (shown && shown !== "story") go({ view: "similar" });
  return compare({ text: story.value }, "story");
}

async function compare(body, name) {
  shown = name;
  const isDone = await turn.run("Comparing…", async (signal) => {
    const found = await post("/v1/similar", body, signal);
    signal.throwIfAborted();
    const choice = new Choice("report");
    results.replaceChildren(...understood(found), choice.bar, ...found.similar.map((each) => card(each, choice)));
    if (!found.similar.length) results.append(h("div", { class: "empty" }, h("p", { class: "strong" }, "No report shares a finding with it.")));
    turn.say(counted(found.similar.length, "report") + ". " + number(Math.round(found.took_ms)) + " ms. What is not reported is not a no.");
  });
  if (!isDone && shown === name) shown = null;
}

function person(patient) {
  const age = patient.age === null ? "" : Math.round(patient.age * 10) / 10 + " years";
  return [age, patient.sex].filter(Boolean).join(", ");
}

function once(words) {
  return Array.from(new Set(words.map((word) => word.toLowerCase()))).join(", ");
}

function line(label, words) {
  return words.length ? h("p", null, h("b", null, label + ": "), once(words)) : null;
}

function understood(found) {
  const who = found.patient ? person(found.patient) : "";
  return [...found.notices.map((notice) => h("p", { class: "quiet" }, notice)),
    line("Looked for" + (who ? " in a patient of " + who : ""), found.findings.map((told) => told.text)),
    line("And not", found.denied.map((told) => told.text))].filter(Boolean);
}

function pairs(found) {
  return found.map((pair) => pair.vignette.text + (pair.same ? "" : " (here " + pair.report.text + ")"));
}

function card(report, choice) {
  const hit = report.passage;
  return h("article", { tabindex: "-1", class: "card" }, source(hit),
    line("Patients", report.patients.map(person).filter(Boolean)), line("Shared", pairs(report.shared)), line("Denied here", pairs(report.denied)),
    line("Present here", pairs(report.contradicted)), line("Not reported", report.not_reported.map((told) => told.text)),
    h("div", { class: "passage" }, choice.box(hit, "report " + report.rank), h("div", null, quotation(hit.text, hit.start, hit.highlights),
      h("div", { class: "tools" }, h("span", { class: "quiet" }, place(hit)), reportLink(hit, "Read in the report"), copyButtons(hit)))));
}
