// The search view: one line and its conditions, looked at as passages, as an answer, or as a table of evidence.
import { TABS, asked, go, write } from "/page/address.js";
import { answer } from "/page/answer.js";
import { button, byId, counted, h, number } from "/page/dom.js";
import { evidence } from "/page/evidence.js";
import { chosen, showFilters, without } from "/page/filters.js";
import { passages } from "/page/passages.js";
import { also, guesses, notice } from "/page/sought.js";
import { heard, known } from "/page/standing.js";
import { Turn } from "/page/waiting.js";
import { welcome } from "/page/welcome.js";

const SHOWN_BY = { passages, answer, evidence };
const DOING = { passages: "Looking…", answer: "Looking for an answer…", evidence: "Gathering the cases…" };
const LABELS = { phrase: "to the letter", must: "must hold", must_not: "must not hold" };
const box = byId("q");
const own = byId("own");
let state = null;
let shownFor = { passages: "", answer: "", evidence: "" };
const told = {};
const turn = new Turn(byId("status"), () => byId("panel-" + state.tab));

// What the answers depend on, whichever tab they are looked at in.
function subject(of) {
  return JSON.stringify([of.q.trim(), of.own, of.filters]);
}

// The table of evidence counts other names in any case, and tells them.
function shows(of) {
  return subject({ ...of, own: of.own && of.tab !== "evidence" });
}

// The same of a generation: an answer of another one is not shown again.
function fresh(of) {
  return shows(of) + "@" + known();
}

// A search is kept once, not again for each look at it: a reload, a way back. Asked again by hand, it is a search again.
const KEPT = "casetrove-asked";
let looked = new Set(remembered());

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) || [];
  } catch {
    return []; // a browser that keeps nothing
  }
}

function look(names) {
  looked = new Set(names.slice(-200));
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(Array.from(looked)));
  } catch {
    // as above
  }
}

// What a request holds beside its line.
export function conditions(of) {
  return { expand: !of.own, filters: of.filters };
}

export function show(next) {
  const before = state;
  state = next;
  box.value = next.q;
  own.checked = next.own;
  own.disabled = next.tab === "evidence";
  byId("own-about").textContent = own.disabled ? "the table counts other names and kinds in any case, and tells them" : "no other names, kinds, full forms or spellings";
  for (const tab of TABS) select(tab, tab === next.tab);
  const isAsked = asked(next);
  byId("found").hidden = !isAsked;
  byId("understood").hidden = !isAsked;
  byId("welcome").hidden = isAsked;
  document.title = next.q ? next.q + " – Casetrove" : "Casetrove: search case reports";
  if (!isAsked) {
    turn.stop();
    shownFor = { passages: "", answer: "", evidence: "" };
    welcome(byId("welcome"));
    if (!before) box.focus();
    return;
  }
  if (!before || subject(before) !== subject(next)) showFilters(next, conditions(next));
  if (shownFor[next.tab] === fresh(next)) {
    turn.stop();
    tell(told[next.tab]);
  } else load();
}

function select(tab, isChosen) {
  const button = byId("tab-" + tab);
  button.setAttribute("aria-selected", isChosen);
  button.tabIndex = isChosen ? 0 : -1;
  byId("panel-" + tab).hidden = !isChosen;
}

async function load() {
  const mine = state;
  const panel = byId("panel-" + mine.tab);
  const name = mine.tab + shows(mine);
  if (!shownFor[mine.tab].startsWith(shows(mine) + "@")) understood(null);
  const isDone = await turn.run(DOING[mine.tab], async (signal) => {
    const found = await SHOWN_BY[mine.tab](panel, mine, { ...conditions(mine), log: !looked.has(name) }, signal);
    look([...looked, name]);
    signal.throwIfAborted();
    told[mine.tab] = found;
    tell(found);
  });
  shownFor[mine.tab] = isDone ? fresh(mine) : "";
  if (!isDone && state === mine && !turn.breaking) understood(null);
}

// Null: there was nothing to ask the server.
function tell(shown) {
  understood(shown && shown.found);
  if (!shown) return turn.say("");
  const { found, summary } = shown;
  heard(found.generation);
  turn.say(summary + " " + number(Math.round(found.took_ms)) + " ms, generation " + found.generation + ".");
}

// How the line was taken: conditions, guesses, what else was looked for, and notices. Null: nothing is known of it.
function understood(found) {
  const chips = found ? [...found.conditions.map(chip), ...chosen(state.filters)] : chosen(state.filters);
  byId("conditions").replaceChildren(...chips.filter(Boolean));
  byId("conditions").hidden = !byId("conditions").hasChildNodes();
  byId("guessed").replaceChildren(...(found ? guesses(found.expansions, write({ ...state, own: true })) : []));
  const others = found ? also(found.expansions) : null;
  byId("sought").replaceChildren(...(others ? [others] : []));
  byId("notices").replaceChildren(...(found ? notices(found) : []));
}

// A condition of the line, with a button that takes it out and asks again; those of the filters are not in the line.
function chip(condition) {
  if (condition.start === null) return null;
  const name = (LABELS[condition.kind] || condition.kind) + ": " + condition.value;
  const leave = () => {
    box.focus();
    go({ ...state, q: without(state.q.trim(), condition) });
  };
  return h("li", null, name, button("×", leave, { "aria-label": "Remove the condition " + name }));
}

function notices(found) {
  const choose = (meaning) => {
    box.focus();
    go({ ...state, q: state.q.trim() + ' "' + meaning.replace(/["“”„«»]/g, "") + '"' });
  };
  const left = Object.entries(found.left_out_unknown).map(([name, count]) => h("p", { class: "quiet" },
    "Left out: " + counted(count, "report") + " that would do but for the " + name + ", which is not told."));
  return [...found.notices.map((each) => notice(each, found.ambiguous, choose)), ...left];
}

byId("question").addEventListener("submit", (event) => {
  event.preventDefault();
  shownFor = { passages: "", answer: "", evidence: "" }; // asked again, it is looked for again
  const next = { ...state, q: box.value.trim(), own: own.checked };
  look(Array.from(looked).filter((name) => !TABS.some((tab) => name === tab + shows({ ...next, tab }))));
  go(next);
});

own.addEventListener("change", () => {
  if (asked(state)) go({ ...state, q: box.value.trim(), own: own.checked });
});

export function openTab(tab) {
  if (state && asked(state)) go({ ...state, q: box.value.trim(), tab }); // what was typed meanwhile is asked, not lost
}

byId("tabs").addEventListener("click", (event) => {
  const tab = event.target.id.replace("tab-", "");
  if (TABS.includes(tab)) openTab(tab);
});

byId("tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = TABS[(TABS.indexOf(state.tab) + step + TABS.length) % TABS.length];
  openTab(next);
  byId("tab-" + next).focus();
});
