// How much there is to search, in the corner of the page.
import { byId, counted } from "/page/dom.js";

export function showState(index) {
  byId("index-state").textContent = index.generation === null
    ? "nothing indexed yet"
    : counted(index.reports, "report") + (index.rebuild.building ? ", indexing more…" : "");
}
