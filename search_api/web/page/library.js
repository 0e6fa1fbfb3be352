// The library: what is in it, what is added, what could not be read, what may be double, which index is served.
import { get, reason } from "/page/api.js";
import { byId, h } from "/page/dom.js";
import { Shelf } from "/page/shelf.js";
import { showState } from "/page/standing.js";
import { tell } from "/page/taking.js";
import { Upload } from "/page/upload.js";
import { duplicates, failures, generations } from "/page/upkeep.js";

const view = byId("view-library");
let shelf = null;

export function show() {
  document.title = "Library – Casetrove";
  if (!shelf) open();
  refresh();
}

function open() {
  shelf = new Shelf(refresh);
  const upload = new Upload(refresh);
  view.replaceChildren(h("section", { "aria-label": "Add reports" }, h("h2", null, "Add reports"), upload.made),
    h("section", { id: "upkeep", "aria-label": "Upkeep" }), shelf.made);
  upload.takeUp().catch(() => {});
}

async function refresh() {
  try {
    const index = await get("/v1/index");
    showState(index);
    byId("upkeep").replaceChildren(failures(index.catalog.failures), duplicates(refresh), generations(refresh));
    await shelf.show();
  } catch (error) {
    tell(reason(error), true);
  }
}
