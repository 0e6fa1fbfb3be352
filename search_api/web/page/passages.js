// Ranked passages as cards.
import { asked } from "/page/address.js";
import { post, reason } from "/page/api.js";
import { cards } from "/page/cards.js";
import { button, byId, counted, h } from "/page/dom.js";
import { Choice, tell } from "/page/taking.js";

const AT_ONCE = 10;

export async function passages(panel, state, conditions, signal) {
  const body = { query: state.q.trim(), k: AT_ONCE, explain: true, ...conditions };
  const found = await post("/v1/search", body, signal);
  const choice = new Choice("passage");
  const list = h("div", { class: "cards" }, cards(found.hits, found.drug_names, choice));
  panel.replaceChildren(choice.bar, found.hits.length ? list : nothing(state));
  if (found.next) panel.append(more(found, body, list, choice));
  const reports = new Set(found.hits.map((hit) => hit.report_id)).size;
  return { found, summary: counted(found.hits.length, "passage") + " of " + counted(reports, "report") + (found.next ? ", the best first." : ".") };
}

function more(found, body, list, choice) {
  let next = found.next;
  const made = button("Show more", async () => {
    made.disabled = true;
    try {
      const page = await post("/v1/search", { ...body, cursor: next });
      const shown = cards(page.hits, page.drug_names, choice);
      list.append(...shown);
      next = page.next;
      if (shown.length) shown[0].focus();
      if (!next) made.remove();
    } catch (error) {
      if (error.code === "stale-cursor") return made.replaceWith(changed());
      tell(reason(error), true);
    }
    made.disabled = false;
  }, { class: "second more" });
  return made;
}

// What followed cannot be had any more; the question can be asked again.
function changed() {
  return h("p", null, "The library has changed since these were found. ", button("Search again", () => byId("question").requestSubmit(), { class: "second small" }));
}

export function nothing(state) {
  const tips = [];
  if (Object.keys(state.filters).length) tips.push("take out a filter");
  if (state.own) tips.push("let other names of your words be looked for, too");
  tips.push("use fewer or more common words");
  return h("div", { class: "empty" },
    h("p", { class: "strong" }, "No passage meets this."),
    asked(state) ? h("p", { class: "quiet" }, "You could " + tips.join(", or ") + ".") : null);
}
