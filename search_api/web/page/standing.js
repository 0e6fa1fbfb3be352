// How much there is to search, in the corner of the page.
import { byId, counted } from "/page/dom.js";

export function showState(index) {
  heard(index.generation);
  byId("index-state").textContent = index.generation === null
    ? "nothing indexed yet"
    : counted(index.reports, "report") + (index.rebuild.building ? ", indexing more…" : "");
}

// The generation that was last heard of: what another one answered is asked anew.
let generation = null;

export function known() {
  return generation;
}

export function heard(served) {
  generation = served;
}
