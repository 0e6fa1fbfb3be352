// Sends files in and follows their job to its end.
import { Unreachable, events, get, mayPass, reason, upload } from "/page/api.js";
import { counted, h } from "/page/dom.js";

const POLL_MS = 2000;
const OUTCOMES = {
  read: "added",
  updated: "replaces what was read of it before",
  unchanged: "is here already",
  duplicate: "is an article that is here already",
  failed: "could not be read",
};
const STAGES = {
  read: ["Reading", "files"],
  chunk: ["Indexing: reports", "read"],
  embed: ["Indexing: passages", "embedded"],
  write: ["Indexing: parts", "written"],
};

function words(job) {
  if (job.state === "waiting") return job.reason ? "Waiting: " + job.reason : "Waiting for its turn…";
  if (job.state === "failed") return job.files.length && job.stage === "read" && job.done === job.total
    ? "No file could be read." : "This failed: " + job.reason;
  if (job.state === "done") return "Done: what was added can be found now.";
  const [doing, what] = STAGES[job.stage] || ["Working", ""];
  return job.total ? doing + ", " + job.done + " of " + job.total + " " + what + "…" : doing + "…";
}

function entry(file) {
  const reasons = file.failures.map((failure) => failure.reason).join("; ");
  return h("li", { class: file.outcome === "failed" ? "error" : "" }, file.name + ": " + OUTCOMES[file.outcome] + (reasons ? " – " + reasons : ""));
}

export function hasEnded(job) {
  return job.state === "done" || job.state === "failed";
}

// The box that files are dropped on or chosen in. `changed` is called when a job has ended.
export class Upload {
  constructor(changed) {
    this.changed = changed;
    this.waiting = []; // files that were chosen while others are under way
    this.isBusy = false;
    this.files = h("input", { id: "files", name: "files", type: "file", multiple: true, onchange: () => this.send(this.files.files) });
    this.status = h("p", { id: "upload-status", role: "status", "aria-live": "polite" });
    this.bar = h("progress", { id: "upload-progress", "aria-label": "How far it is", hidden: true });
    this.list = h("ul", { id: "upload-files" });
    this.zone = h("div", { class: "zone" },
      h("label", { for: "files" }, "Drop files here, or choose them"),
      h("p", { class: "quiet" }, "Articles as PDF, HTML, XML, Word or text; bibliographies as PubMed XML, RIS, nbib, CSV or JSON lines."), this.files);
    this.made = h("div", { id: "add" }, this.zone, this.status, this.bar, this.list);
    for (const name of ["dragenter", "dragover"]) this.zone.addEventListener(name, (event) => this.over(event, true));
    for (const name of ["dragleave", "drop"]) this.zone.addEventListener(name, (event) => this.over(event, false));
    this.zone.addEventListener("drop", (event) => this.send(event.dataTransfer.files));
  }

  over(event, isOver) {
    event.preventDefault();
    this.zone.classList.toggle("over", isOver);
  }

  say(text, isError) {
    this.status.textContent = text;
    this.status.className = isError ? "error" : "";
  }

  // Files that come while others are under way wait for them; each batch is one job.
  async send(files) {
    this.waiting.push(...files);
    this.files.value = "";
    if (this.isBusy || !this.waiting.length) return;
    this.list.replaceChildren();
    await this.alone(async () => {
      while (this.waiting.length) await this.sendBatch(batch(this.waiting));
    });
  }

  // One thing at a time; whatever becomes of it, what comes later is taken.
  async alone(work) {
    this.isBusy = true;
    try {
      await work();
    } finally {
      this.isBusy = false;
    }
  }

  async sendBatch(files) {
    const form = new FormData();
    for (const file of files) form.append("files", file);
    this.say("Sending " + counted(files.length, "file") + "…");
    this.bar.hidden = false;
    this.bar.max = 1;
    const lines = h("li");
    this.list.append(lines);
    let job = null;
    try {
      ({ job } = await upload("/v1/reports?wait=0", form, (share) => { this.bar.value = share; }));
    } catch (error) {
      this.bar.hidden = true;
      const told = error instanceof Unreachable ? "The server does not answer, or broke off: send the files again." : reason(error);
      this.say(told, true);
      lines.replaceWith(...files.map((file) => h("li", { class: "error" }, file.name + ": was not sent – " + told)));
      return;
    }
    await this.follow(job.url, lines, counted(files.length, "file") + (files.length === 1 ? " was" : " were"));
  }

  // Shows a job: what became of each file stands where its lines stood.
  show(job, shown) {
    this.say(words(job), job.state === "failed");
    this.bar.hidden = hasEnded(job);
    if (job.state === "running" && job.total) {
      this.bar.max = job.total;
      this.bar.value = job.done;
    } else {
      this.bar.removeAttribute("value");
    }
    const lines = job.files.length ? job.files.map(entry) : [h("li")];
    shown.lines[0].before(...lines);
    for (const line of shown.lines) line.remove();
    shown.lines = lines;
    if (hasEnded(job)) this.changed();
  }

  // Follows a job by its events; where no stream can be had (a proxy that holds them back), asks again and again.
  async follow(url, line, what) {
    const shown = { lines: [line] };
    let job = null;
    const told = (error) => this.say(goesOn(error) ? "What was sent is kept. " + reason(error) + " This page goes on asking." : what + " accepted, but how far it is can't be told: " + reason(error), true);
    try {
      for await (const each of events(url + "/events")) this.show((job = each), shown);
    } catch (error) {
      told(error);
    }
    while (!(job && hasEnded(job))) {
      try {
        this.show((job = await get(url)), shown);
      } catch (error) {
        told(error);
        if (!goesOn(error)) break;
      }
      if (!(job && hasEnded(job))) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    if (!(job && hasEnded(job))) this.bar.hidden = true;
  }

  // An upload that is still under way when the page is opened is shown.
  async takeUp() {
    const { jobs } = await get("/v1/jobs");
    const open = jobs.find((job) => job.kind === "upload" && !hasEnded(job));
    if (!open || this.isBusy) return;
    const line = h("li");
    this.list.append(line);
    await this.alone(() => this.follow(open.url, line, "An upload was"));
    if (this.waiting.length) this.send([]);
  }
}

// Whether asking on may tell more; a key that was declined is not asked for again and again.
function goesOn(error) {
  return mayPass(error) && error.status !== 401;
}

const MOST_FILES = 50;
const MOST_BYTES = 32 << 20;

// Takes as many files out of a list as go well in one request; one that is too large alone is for the server to refuse.
function batch(files) {
  let size = 0;
  let count = 0;
  for (const file of files) {
    size += file.size;
    if (count && (size > MOST_BYTES || count === MOST_FILES)) break;
    count += 1;
  }
  return files.splice(0, count);
}
