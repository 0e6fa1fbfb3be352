// How the question was understood: what was looked for beside its words, and what they may mean.
import { counted, element } from "/page/cards.js";

const SHOWN = 4;
const KINDS_SHOWN = 30;

// What a misspelt word was taken for, each with a link to what was written.
export function guesses(expansions, address) {
  return expansions.filter((each) => each.reason === "spelling").map((each) => {
    const line = element("p", "", "guess");
    const link = element("a", "Search only for your own words");
    link.href = address;
    line.append("No report holds “" + each.said + "”; looked for “", element("strong", each.name), "”. ", link);
    return line;
  });
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
  const about = element("li", expansion.name);
  const told = [expansion.reason, counted(expansion.reports, "report"), counts(expansion)];
  if (expansion.names.length) told.push("also as " + expansion.names.join(", "));
  about.append(element("span", " – " + told.join(" · "), "quiet"));
  return about;
}

// What was looked for beside the question's words: in a line, and one by one when opened. Null where nothing was.
export function also(expansions) {
  const line = briefly(expansions);
  if (!line) return null;
  const about = element("details", "", "also");
  about.append(element("summary", "Also looked for: " + line));
  const list = element("dl");
  for (const [said, those] of bySaid(expansions)) {
    const kinds = those.filter(isKind);
    const items = element("ul");
    items.append(...those.filter((each) => !isKind(each)).map(detail));
    if (kinds.length) {
      const kind = element("li", some(kinds.map((each) => each.name), KINDS_SHOWN, ", "));
      kind.append(element("span", " – " + counted(kinds.length, "kind") + " of it · " + counts(kinds[0]), "quiet"));
      items.append(kind);
    }
    const told = element("dd");
    told.append(items);
    list.append(element("dt", said), told);
  }
  about.append(list, element("p", "An occurrence of one of your own words counts 1."));
  return about;
}

// A notice; where it tells the meanings of an abbreviation, each can be chosen.
export function notice(text, ambiguous, choose) {
  const line = element("p", "", "quiet");
  const told = ambiguous.find((each) => text.startsWith("“" + each.said + "”"));
  let rest = text;
  for (const meaning of told ? told.meanings : []) {
    const at = rest.indexOf(meaning.long);
    if (at < 0) continue;
    const button = element("button", meaning.long, "word");
    button.type = "button";
    button.setAttribute("aria-label", "Only reports that hold “" + meaning.long + "”");
    button.addEventListener("click", () => choose(meaning.long));
    line.append(rest.slice(0, at), button);
    rest = rest.slice(at + meaning.long.length);
  }
  line.append(rest);
  return line;
}
