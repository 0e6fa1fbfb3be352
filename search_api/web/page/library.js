// The library: what is in it, what is added, what could not be read, what may be double, which index is served.
import { get, reason } from "/page/api.js";
import { byId, h, number } from "/page/dom.js";
import { Shelf } from "/page/shelf.js";
import { showState } from "/page/standing.js";
import { tell } from "/page/taking.js";
import { Upload } from "/page/upload.js";
import { duplicates, failures, generations } from "/page/upkeep.js";

const view = byId("view-library");
let shelf = null;
let parts = null;

export function show() {
  document.title = "Library – Casetrove";
  if (!shelf) open();
  refresh();
}

function open() {
  shelf = new Shelf(refresh);
  parts = { failures: failures(refresh), duplicates: duplicates(refresh), generations: generations(refresh) };
  const upload = new Upload(refresh);
  const bounds = h("p", { class: "quiet only-read" }, "Your key may look, and change nothing here.");
  view.replaceChildren(bounds, h("section", { class: "writes", "aria-label": "Add reports" }, h("h2", null, "Add reports"), upload.made),
    h("section", { id: "upkeep", "aria-label": "Upkeep" }, Object.values(parts).map((part) => part.made)), shelf.made);
  upload.takeUp().catch(() => {});
}

async function refresh() {
  try {
    const index = await get("/v1/index");
    showState(index);
    for (const scope of ["write", "admin"]) view.classList.toggle("may-not-" + scope, !index.may.includes(scope));
    const count = index.catalog.failures;
    parts.failures.title.textContent = "Files that could not be read" + (count ? " (" + number(count) + ")" : "");
    await Promise.all([shelf.show(), ...Object.values(parts).map((part) => part.refresh())]);
  } catch (error) {
    tell(reason(error), true);
  }
}
