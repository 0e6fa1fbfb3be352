// The page as a whole: which view is shown, what is served, keys, light and dark.
import { onChange } from "/page/address.js";
import { changeKey, get, keptKey } from "/page/api.js";
import { byId } from "/page/dom.js";
import * as library from "/page/library.js";
import * as past from "/page/past.js";
import { close } from "/page/peek.js";
import * as report from "/page/report.js";
import * as searching from "/page/searching.js";
import * as similar from "/page/similar.js";
import { showState } from "/page/standing.js";

const VIEWS = { search: searching, similar, library, history: past, report };
const TABS = { 1: "passages", 2: "answer", 3: "evidence" };
let view = "";

function show(state) {
  close();
  for (const name of Object.keys(VIEWS)) byId("view-" + name).hidden = name !== state.view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (view && view !== state.view) {
    scrollTo(0, 0);
    if (VIEWS[view].leave) VIEWS[view].leave();
  }
  view = state.view;
  VIEWS[state.view].show(state);
}

function remembered(name) {
  try {
    return localStorage.getItem("casetrove-" + name);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function remember(name, value) {
  try {
    localStorage.setItem("casetrove-" + name, value);
  } catch {
    // as above
  }
}

function paint(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
}

byId("theme").addEventListener("click", () => {
  const isDark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = isDark ? "light" : "dark";
  paint(theme);
  remember("theme", theme);
});

const singles = byId("single-keys");
singles.checked = remembered("single-keys") !== "off";
singles.addEventListener("change", () => remember("single-keys", singles.checked ? "on" : "off"));
byId("help").addEventListener("click", () => byId("help-dialog").showModal());

// Through the cards of the view, from the one that has the focus.
function step(by) {
  const cards = Array.from(document.querySelectorAll("main > section:not([hidden]) [tabindex='-1'].card")).filter((card) => card.offsetParent);
  const held = document.activeElement.closest(".card");
  const next = cards[cards.indexOf(held) + by];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function onCard(act) {
  const card = document.activeElement;
  if (card && card.matches(".card")) act(card);
}

const KEYS = {
  "/": () => byId("q").select(),
  j: () => step(1),
  k: () => step(-1),
  x: () => onCard((card) => card.querySelector(".pick") && card.querySelector(".pick").click()),
  Enter: () => onCard((card) => card.querySelector("a").click()),
  "?": () => byId("help-dialog").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches('textarea, select, input:not([type="checkbox"])')) return;
  if (event.key === "Enter" && !event.target.matches(".card")) return;
  if (event.key !== "Enter" && !singles.checked) return;
  if ((TABS[event.key] || event.key === "/") && view !== "search") return;
  if (TABS[event.key]) searching.openTab(TABS[event.key]);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});

byId("key-button").hidden = !keptKey();
byId("key-button").addEventListener("click", changeKey);
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault()); // a miss opens no file

paint(remembered("theme"));
onChange(show);
get("/v1/index").then(showState).catch(() => {});
