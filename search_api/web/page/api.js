// Talking to the server: JSON in and out, problems as errors, the key of a server that asks for one.
import { byId } from "/page/dom.js";

const KEPT = "casetrove-key";

// What the server refused, in its own words.
export class Problem extends Error {
  constructor(status, told) {
    super(told.detail || "The server answered " + status + ".");
    this.status = status;
    this.code = (told.type || "").split(":").pop();
    this.requestId = told.request_id || "";
  }
}

// The server could not be reached, or broke off.
export class Unreachable extends Error {}

async function problem(response) {
  let told = {};
  try {
    told = await response.json();
  } catch {
    // not one of ours: a proxy's page, or an answer broken off
  }
  return new Problem(response.status, told);
}

let held = null; // where a browser keeps nothing, the key is kept by this page alone

export function keptKey() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return held;
  }
}

function keepKey(key) {
  held = key;
  try {
    if (key) sessionStorage.setItem(KEPT, key);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // as above
  }
  byId("key-button").hidden = !key;
}

function headers() {
  const key = keptKey();
  return key ? { Authorization: "Bearer " + key } : {};
}

async function reached(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable(path);
  }
}

// Another key, or none: for a machine that others use, too.
export async function changeKey() {
  const key = await givenKey("Give another one, or forget the one that this tab has.");
  if (key !== null) keepKey(key);
}

let asking = null;

// Asks for a key in a dialog, once for all who wait for one. Null where it is declined.
function givenKey(reason) {
  asking = asking || new Promise((settle) => {
    const dialog = byId("key-dialog");
    byId("key-reason").textContent = reason;
    byId("key-forget").hidden = !keptKey();
    dialog.addEventListener("close", () => {
      const key = byId("key").value.trim();
      byId("key").value = "";
      asking = null;
      settle({ use: key || null, forget: "" }[dialog.returnValue] ?? null);
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  });
  return asking;
}

async function sent(path, options) {
  for (;;) {
    const used = keptKey();
    const response = await reached(path, { ...options, headers: { ...options.headers, ...headers() } });
    if (response.ok) return response;
    await admitted(await problem(response), used);
  }
}

// Comes back when it is worth asking again with another key; else throws what was refused.
async function admitted(failed, used) {
  if (failed.status !== 401) throw failed;
  if (keptKey() !== used) return; // somebody else was given one meanwhile
  const key = await givenKey("The server said: " + failed.message);
  if (!key) throw failed;
  keepKey(key);
}

async function json(response) {
  return response.status === 204 ? null : response.json();
}

export async function get(path, signal) {
  return json(await sent(path, { signal }));
}

export async function post(path, body, signal) {
  return json(await sent(path, {
    method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body === undefined ? {} : body),
  }));
}

export async function remove(path) {
  return json(await sent(path, { method: "DELETE" }));
}

// Bytes and the name that the server gives them.
export async function file(path, body, signal) {
  const response = await sent(path, body === undefined ? { signal } : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const named = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") || "");
  return { name: named ? named[1] : "casetrove", blob: await response.blob() };
}

// Sends files in; `progress` is told how much of them has gone out, from 0 to 1.
export async function upload(path, form, progress) {
  for (;;) {
    const used = keptKey();
    try {
      return await posted(path, form, progress);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await admitted(error, used);
    }
  }
}

function posted(path, form, progress) {
  return new Promise((settle, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => progress(event.lengthComputable ? event.loaded / event.total : 0));
    request.addEventListener("error", () => fail(new Unreachable(path)));
    request.addEventListener("load", () => {
      let told = {};
      try {
        told = JSON.parse(request.responseText);
      } catch {
        // not JSON: told by its status
      }
      if (request.status < 400) settle(told);
      else fail(new Problem(request.status, told));
    });
    request.send(form);
  });
}

// The data of each server-sent event, as JSON, until the server ends the stream.
export async function* events(path, signal) {
  const response = await sent(path, { signal, headers: { Accept: "text/event-stream" } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : new Unreachable(path);
    });
    if (done) return;
    const parts = (kept + value).split(/\r?\n\r?\n/);
    kept = parts.pop();
    for (const part of parts) {
      const data = part.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (data.length) yield JSON.parse(data.join("\n"));
    }
  }
}

// Whether the same may go better when it is asked again: not what the server has understood and refuses.
export function mayPass(error) {
  return !(error instanceof Problem) || error.status >= 500 || [401, 408, 429].includes(error.status);
}

// What to tell of an error; nothing of one that was brought about by asking something else.
export function reason(error) {
  if (error.name === "AbortError") return "";
  if (error instanceof Problem) return error.message + (error.status >= 500 && error.requestId ? " (Request " + error.requestId + ")" : "");
  if (error instanceof Unreachable) return "The server does not answer. Is it still running?";
  console.error(error);
  return "This page met an error that it did not foresee: " + error.message;
}
