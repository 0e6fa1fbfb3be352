// Patients like one: sends a story to /v1/similar and shows what comes back. Text only ever enters as text nodes.
import { element, place, quotation, source } from "/page/cards.js";
import * as turn from "/page/turn.js";

const form = document.getElementById("story-form");
const story = document.getElementById("story");
const status = document.getElementById("status");
const results = document.getElementById("results");

function say(text, isError) {
  status.textContent = text;
  status.className = isError ? "error" : "";
}

function person(patient) {
  const age = patient.age === null ? "" : Math.round(patient.age * 10) / 10 + " years";
  return [age, patient.sex].filter(Boolean).join(", ");
}

function once(words) {
  return Array.from(new Set(words.map((word) => word.toLowerCase()))).join(", ");
}

function line(card, label, words) {
  if (words.length) card.append(element("p", label + ": " + once(words)));
}

function pairs(found) {
  return found.map((pair) => pair.vignette.text + (pair.same ? "" : " (here " + pair.report.text + ")"));
}

function card(report) {
  const made = element("article");
  made.tabIndex = -1;
  made.append(source(report.passage.citation));
  line(made, "Patients", report.patients.map(person).filter(Boolean));
  line(made, "Shared", pairs(report.shared));
  line(made, "Denied here", pairs(report.denied));
  line(made, "Present here", pairs(report.contradicted));
  line(made, "Not reported", report.not_reported.map((told) => told.text));
  const hit = report.passage;
  made.append(quotation(hit.text, hit.start, hit.highlights), element("p", place(hit), "quiet place"));
  return made;
}

function show(found) {
  for (const name of ["results", "guessed", "sought"]) document.getElementById(name).replaceChildren();
  document.getElementById("conditions").hidden = true;
  for (const notice of found.notices) results.append(element("p", notice, "quiet"));
  const who = found.patient ? person(found.patient) : "";
  line(results, "Looked for" + (who ? " in a patient of " + who : ""), found.findings.map((told) => told.text));
  line(results, "And not", found.denied.map((told) => told.text));
  results.append(element("h2", "Similar patients"), ...found.similar.map(card));
  const count = found.similar.length === 1 ? "1 report" : found.similar.length + " reports";
  say(count + " in " + Math.round(found.took_ms) + " ms. What is not reported is not a no.");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const mine = turn.take();
  say("Comparing…");
  try {
    const response = await fetch("/v1/similar", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: story.value }),
    });
    const found = await response.json();
    if (!turn.has(mine)) return;
    if (!response.ok) throw new Error(found.detail);
    show(found);
  } catch (error) {
    if (!turn.has(mine)) return;
    results.replaceChildren();
    say(error instanceof TypeError ? "The server does not answer. Is it still running?" : error.message, true);
  }
});
