// Building parts of the page. Text only ever enters as text nodes, so that nothing in a report can become markup.

// An element: attributes, "on…" functions and children (nodes, text, or nothing).
export function h(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

const NUMBERS = new Intl.NumberFormat("en");

export function number(value) {
  return NUMBERS.format(value);
}

export function counted(count, noun, plural) {
  return number(count) + " " + (count === 1 ? noun : plural || noun + "s");
}

export function bytes(count) {
  const steps = ["B", "kB", "MB", "GB"];
  let at = 0;
  for (; count >= 1000 && at < steps.length - 1; at += 1) count /= 1000;
  return (at && count < 10 ? count.toFixed(1) : Math.round(count)) + " " + steps[at];
}

export function when(moment) {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return moment;
  const time = h("time", { datetime: moment, title: moment });
  time.append(at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" }));
  return time;
}

// A link to somewhere else: only to the web, whatever a report holds.
export function outward(address, text) {
  let found;
  try {
    found = new URL(address);
  } catch {
    return h("span", null, text || address);
  }
  if (found.protocol !== "https:" && found.protocol !== "http:") return h("span", null, text || address);
  return h("a", { href: found.href, rel: "noreferrer noopener", target: "_blank" }, text || found.hostname.replace("www.", ""));
}

// Offsets count code points; JavaScript's strings count UTF-16 units.
export function slice(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}

export function button(text, act, attributes) {
  return h("button", { type: "button", onclick: act, ...attributes }, text);
}
