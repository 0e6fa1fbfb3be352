// The search box: asks /v1/ask or /v1/search and shows what comes back. Text only ever enters as text nodes.
import { cards, counted, element } from "/page/cards.js";
import { also, guesses, notice } from "/page/sought.js";
import * as turn from "/page/turn.js";

const form = document.getElementById("question");
const box = document.getElementById("q");
const status = document.getElementById("status");
const results = document.getElementById("results");
const conditions = document.getElementById("conditions");
const own = document.getElementById("own");
const guessed = document.getElementById("guessed");
const sought = document.getElementById("sought");
let latestMode = "ask";

function say(text, isError) {
  status.textContent = text;
  status.className = isError ? "error" : "";
}

const LABELS = { phrase: "to the letter", must: "must hold", must_not: "must not hold" };

// What was understood as a condition, each with a button that takes it out of the line and asks again.
function chips(found, text, mode) {
  conditions.replaceChildren();
  for (const condition of found.conditions) {
    const name = (LABELS[condition.kind] || condition.kind) + ": " + condition.value;
    const remove = element("button", "×");
    remove.type = "button";
    remove.setAttribute("aria-label", "Remove the condition " + name);
    remove.addEventListener("click", () => {
      box.value = without(text, condition);
      box.focus();
      if (box.value) ask(box.value, mode);
    });
    const chip = element("li", name);
    chip.append(remove);
    conditions.append(chip);
  }
  conditions.hidden = found.conditions.length === 0;
}

function without(text, span) {
  const points = Array.from(text.trim());
  return (points.slice(0, span.start).join("") + points.slice(span.end).join("")).replace(/\s+/g, " ").trim();
}

// What the words were taken for, under the box.
function understood(found, text, mode) {
  guessed.replaceChildren(...guesses(found.expansions, address(text, mode, true)));
  const others = also(found.expansions);
  sought.replaceChildren(...(others ? [others] : []));
}

// What was not understood or has several meanings, and what was left out because a report does not tell it.
function told(found, text, mode) {
  const choose = (meaning) => {
    box.value = text.trim() + ' "' + meaning.replace(/["“”„«»]/g, "") + '"';
    box.focus();
    ask(box.value, mode);
  };
  results.append(...found.notices.map((each) => notice(each, found.ambiguous, choose)));
  for (const [name, count] of Object.entries(found.left_out_unknown)) {
    const reports = counted(count, "report");
    results.append(element("p", "Left out: " + reports + " that would do but for the " + name + ", which is not told.", "quiet"));
  }
}

function show(found, text, mode) {
  results.replaceChildren();
  told(found, text, mode);
  if (found.reason) results.append(element("p", found.reason, found.answerable ? "" : "silent"));
  if (found.sentences && found.sentences.length) {
    results.append(element("h2", "What the reports say"));
    cards(results, found.sentences, {});
  }
  if (found.hits.length) {
    results.append(element("h2", found.answerable === false ? "Nearest passages" : "Passages"));
    cards(results, found.hits, found.drug_names);
  }
  say(counted(found.hits.length, "passage") + " in " + Math.round(found.took_ms) + " ms, generation " + found.generation + ".");
}

function asked(text, mode) {
  const line = mode === "ask" ? { question: text } : { query: text };
  return { ...line, expand: !own.checked, explain: true };
}

async function run(text, mode) {
  const mine = turn.take();
  say("Looking…");
  try {
    const response = await fetch("/v1/" + mode, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked(text, mode)),
    });
    const found = await response.json();
    if (!turn.has(mine)) return;
    if (!response.ok) throw new Error(found.detail);
    chips(found, text, mode);
    understood(found, text, mode);
    show(found, text, mode);
  } catch (error) {
    if (!turn.has(mine)) return;
    for (const part of [results, guessed, sought]) part.replaceChildren();
    conditions.hidden = true;
    say(error instanceof TypeError ? "The server does not answer. Is it still running?" : error.message, true);
  }
}

function address(text, mode, isOwn) {
  return "/?" + new URLSearchParams({ q: text, mode: mode, ...(isOwn ? { words: "own" } : {}) });
}

// Runs a question that was typed or chosen, so that the way back leads to the one before.
function ask(text, mode) {
  latestMode = mode;
  history.pushState(null, "", address(text, mode, own.checked));
  run(text, mode);
}

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  box.value = asked.get("q") || "";
  own.checked = asked.get("words") === "own";
  latestMode = asked.get("mode") === "search" ? "search" : "ask";
  if (box.value.trim()) run(box.value, latestMode);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value, event.submitter ? event.submitter.value : "ask");
});

own.addEventListener("change", () => {
  if (box.value.trim()) ask(box.value, latestMode);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('textarea, input:not([type="checkbox"])')) return;
  if (event.key === "/") {
    event.preventDefault();
    box.select();
  } else if (event.key === "j" || event.key === "k") {
    const cards = Array.from(results.querySelectorAll("article"));
    const next = cards.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
    if (cards[next]) cards[next].focus();
  }
});

window.addEventListener("popstate", fromAddress);
fromAddress();
