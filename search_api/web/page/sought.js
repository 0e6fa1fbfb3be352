// How the question was understood: what was looked for beside its words, and what they may mean.
import { button, counted, h } from "/page/dom.js";

const SHOWN = 4;
const KINDS_SHOWN = 30;

// What a misspelt word was taken for, each with a link to what was written.
export function guesses(expansions, address) {
  return expansions.filter((each) => each.reason === "spelling").map((each) => h("p", { class: "guess" },
    "No report holds “" + each.said + "”; looked for “", h("strong", null, each.name), "”. ",
    h("a", { href: address }, "Search only for your own words")));
}

// The first few of `parts`, and how many more there are.
function some(parts, most, mark) {
  const shown = parts.slice(0, most);
  if (parts.length > most) shown.push("and " + (parts.length - most) + " more");
  return shown.join(mark);
}

function bySaid(expansions) {
  const groups = new Map();
  for (const each of expansions) groups.set(each.said, [...(groups.get(each.said) || []), each]);
  return groups;
}

function isKind(expansion) {
  return expansion.reason === "a kind of it";
}

// A name that is not what was said or guessed already; none where there is only that.
function newName(expansion, known) {
  return [expansion.name, ...expansion.names].find((name) => !known.has(name.toLowerCase()));
}

// In a few words: names with what they stand for, then how many kinds.
export function briefly(expansions) {
  const known = new Set(expansions.filter((each) => each.reason === "spelling").map((each) => each.name.toLowerCase()));
  const names = [];
  const kinds = [];
  for (const [said, those] of bySaid(expansions.filter((each) => each.reason !== "spelling"))) {
    known.add(said.toLowerCase());
    for (const each of those.filter((each) => !isKind(each))) {
      const name = newName(each, known);
      if (name) names.push(name + " (" + said + ")");
      if (name) known.add(name.toLowerCase());
    }
    const count = those.filter(isKind).length;
    if (count) kinds.push(counted(count, "kind") + " of " + said);
  }
  return [some(names, SHOWN, ", "), some(kinds, SHOWN, ", ")].filter(Boolean).join("; ");
}

function counts(expansion) {
  return "counts " + Math.round(expansion.weight * 100) / 100;
}

function detail(expansion) {
  const told = [expansion.reason, counted(expansion.reports, "report"), counts(expansion)];
  if (expansion.names.length) told.push("also as " + expansion.names.join(", "));
  return h("li", null, expansion.name, h("span", { class: "quiet" }, " – " + told.join(" · ")));
}

function kindsOf(kinds) {
  const about = " – " + counted(kinds.length, "kind") + " of it · " + counts(kinds[0]);
  return h("li", null, some(kinds.map((each) => each.name), KINDS_SHOWN, ", "), h("span", { class: "quiet" }, about));
}

// What was looked for beside the question's words: in a line, and one by one when opened. Null where nothing was.
export function also(expansions) {
  const line = briefly(expansions);
  if (!line) return null;
  const parts = Array.from(bySaid(expansions)).flatMap(([said, those]) => {
    const kinds = those.filter(isKind);
    const others = those.filter((each) => !isKind(each)).map(detail);
    return [h("dt", null, said), h("dd", null, h("ul", null, others, kinds.length ? kindsOf(kinds) : null))];
  });
  return h("details", { class: "also" },
    h("summary", null, "Also looked for: " + line), h("dl", null, parts), h("p", null, "An occurrence of one of your own words counts 1."));
}

// A notice; where it tells the meanings of an abbreviation, each can be chosen.
export function notice(text, ambiguous, choose) {
  const line = h("p", { class: "quiet" });
  const told = ambiguous.find((each) => text.startsWith("“" + each.said + "”"));
  let rest = text.charAt(0).toUpperCase() + text.slice(1);
  for (const meaning of told ? told.meanings : []) {
    const at = rest.indexOf(meaning.long);
    if (at < 0) continue;
    const chosen = button(meaning.long, () => choose(meaning.long), { class: "word", "aria-label": "Only reports that hold “" + meaning.long + "”" });
    line.append(rest.slice(0, at), chosen);
    rest = rest.slice(at + meaning.long.length);
  }
  line.append(rest);
  return line;
}
