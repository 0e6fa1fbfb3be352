// Taking things along: copying citations and quotations, choosing items, lists as files.
import { file, reason } from "/page/api.js";
import { button, byId, counted, h } from "/page/dom.js";

export const LISTS = [
  ["ris", "RIS (EndNote, Zotero …)"], ["bibtex", "BibTeX"], ["csl", "CSL-JSON"], ["csv", "CSV"], ["markdown", "Markdown"],
];

// A short word at the foot of the page that goes by itself; also read out.
let clearing = 0;
export function tell(text, isError) {
  const place = byId("told");
  place.textContent = text;
  place.className = isError ? "error" : "";
  place.hidden = false;
  clearTimeout(clearing);
  clearing = setTimeout(() => { place.hidden = true; }, isError ? 10000 : 4000);
}

export async function copy(text, what) {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else byHand(text); // a page that did not come by https or from this machine has no clipboard of its own
    tell(what + " copied.");
  } catch {
    tell("This browser does not let the page copy.", true);
  }
}

function byHand(text) {
  const box = h("textarea", { class: "unseen", "aria-hidden": "true" });
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("not copied");
}

function fullStop(text) {
  return /[.?!]$/.test(text) ? text : text + ".";
}

// In the manner of medical journals: authors, title, journal, year, volume, pages, identifiers.
export function citationText(citation) {
  const { authors, title, journal, year, volume, issue, pages, doi, pmid } = citation;
  const parts = [];
  if (authors.length) parts.push(fullStop(authors.length > 6 ? authors.slice(0, 6).join(", ") + ", et al" : authors.join(", ")));
  parts.push(fullStop(title || citation.source.split("/").pop()));
  const spot = (volume || "") + (issue ? "(" + issue + ")" : "") + (pages ? ":" + pages : "");
  const where = [journal, [year, spot].filter(Boolean).join(";")].filter(Boolean).join(". ");
  if (where) parts.push(fullStop(where));
  if (doi) parts.push("doi:" + doi + ".");
  if (pmid) parts.push("PMID: " + pmid + ".");
  return parts.join(" ");
}

export function copyButtons(item) {
  const page = item.citation.page === null ? "" : ", page " + item.citation.page;
  const spot = item.report_id + page + ", characters " + item.start + "–" + item.end;
  return [
    button("Copy citation", () => copy(citationText(item.citation), "Citation"), { class: "plain" }),
    button("Copy quotation", () => copy("“" + item.text + "” " + citationText(item.citation) + " [" + spot + "]", "Quotation with its citation"), { class: "plain" }),
  ];
}

function key(item) {
  return item.report_id + ":" + item.start + "-" + item.end;
}

// With the reading that the offsets are of, so that no other words are saved than those that are shown.
function placeOf(item) {
  return { report_id: item.report_id, start: item.start, end: item.end, reading: item.citation.reading };
}

// Those of a list that are ticked, and the bar that makes a file of them, or of all where none is.
export class Choice {
  constructor(noun) {
    this.noun = noun;
    this.items = new Map();
    this.ticked = new Set();
    this.format = h("select", { "aria-label": "Format of the file" }, LISTS.map(([value, label]) => h("option", { value }, label)));
    this.save = button("", () => this.download(), { class: "second small" });
    this.clear = button("Clear the selection", () => this.untick(), { class: "plain" });
    this.bar = h("div", { class: "takebar" }, this.format, this.save, this.clear);
    this.boxes = new Map();
    this.tell();
  }

  box(item, label) {
    this.items.set(key(item), item);
    const box = h("input", { type: "checkbox", class: "pick", "aria-label": "Select " + label });
    box.checked = this.ticked.has(key(item));
    box.addEventListener("change", () => {
      if (box.checked) this.ticked.add(key(item));
      else this.ticked.delete(key(item));
      this.tell();
    });
    this.boxes.set(key(item), box);
    this.tell();
    return box;
  }

  untick() {
    this.ticked.clear();
    for (const box of this.boxes.values()) box.checked = false;
    this.tell();
  }

  tell() {
    const count = this.ticked.size || this.items.size;
    this.save.textContent = "Save " + (this.ticked.size ? "" : "all ") + counted(count, (this.ticked.size ? "selected " : "") + this.noun);
    this.clear.hidden = this.ticked.size === 0;
    this.bar.hidden = this.items.size === 0;
  }

  async download() {
    const wanted = Array.from(this.items).filter(([name]) => !this.ticked.size || this.ticked.has(name)).map(([, item]) => placeOf(item));
    await save("/v1/list/export", { format: this.format.value, places: wanted });
  }
}

export async function save(path, body) {
  try {
    const { name, blob } = await file(path, body);
    const address = URL.createObjectURL(blob);
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    tell("Saved as " + name + ".");
  } catch (error) {
    tell(reason(error), true);
  }
}
