// Sends files in and follows their job to its end; text only ever enters as text nodes.
const add = document.getElementById("add");
const form = document.getElementById("upload");
const status = document.getElementById("upload-status");
const bar = document.getElementById("upload-progress");
const list = document.getElementById("upload-files");
const POLL_MS = 2000;
let latest = 0;

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

function say(text, isError) {
  status.textContent = text;
  status.className = isError ? "error" : "";
}

function words(job) {
  if (job.state === "waiting") return job.reason ? "Waiting: " + job.reason : "Waiting for its turn…";
  if (job.state === "failed") return job.files.length && job.stage === "read" && job.done === job.total
    ? "No file could be read." : "This failed: " + job.reason;
  if (job.state === "done") return "Done: what was added can be found now.";
  const [doing, what] = STAGES[job.stage] || ["Working", ""];
  return job.total ? doing + ", " + job.done + " of " + job.total + " " + what + "…" : doing + "…";
}

function entry(file) {
  const made = document.createElement("li");
  const reasons = file.failures.map((failure) => failure.reason).join("; ");
  made.textContent = file.name + ": " + OUTCOMES[file.outcome] + (reasons ? " – " + reasons : "");
  if (file.outcome === "failed") made.className = "error";
  return made;
}

function hasEnded(job) {
  return job.state === "done" || job.state === "failed";
}

function show(job) {
  say(words(job), job.state === "failed");
  bar.hidden = hasEnded(job);
  if (job.state === "running" && job.total) {
    bar.max = job.total;
    bar.value = job.done;
  } else {
    bar.removeAttribute("value");
  }
  list.replaceChildren(...job.files.map(entry));
  if (hasEnded(job)) tellState().catch(() => {});
}

// Where no stream can be had (a proxy that holds events back, a server that restarts), ask again and again.
async function poll(url, mine) {
  while (mine === latest) {
    try {
      const response = await fetch(url);
      const job = await response.json();
      if (mine !== latest) return;
      if (!response.ok) return say(job.detail, true);
      show(job);
      if (hasEnded(job)) return;
    } catch {
      say("The server does not answer. What it has accepted is kept; this page goes on asking.", true);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function follow(url) {
  const mine = ++latest;
  const events = new EventSource(url + "/events");
  events.addEventListener("job", (event) => {
    const job = JSON.parse(event.data);
    if (mine !== latest || hasEnded(job)) events.close();
    if (mine === latest) show(job);
  });
  events.addEventListener("error", () => {
    events.close();
    poll(url, mine);
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const mine = ++latest;
  say("Sending…");
  bar.hidden = false;
  bar.removeAttribute("value");
  list.replaceChildren();
  try {
    const response = await fetch("/v1/reports?wait=0", { method: "POST", body: new FormData(form) });
    const answer = await response.json();
    if (mine !== latest) return;
    if (!response.ok) throw new Error(answer.detail);
    form.reset();
    follow(answer.job.url);
  } catch (error) {
    if (mine !== latest) return;
    bar.hidden = true;
    say(error instanceof TypeError ? "The server does not answer, or broke off: send the files again." : error.message, true);
  }
});

async function tellState() {
  const index = await (await fetch("/v1/index")).json();
  const place = document.getElementById("index-state");
  place.textContent = index.generation === null
    ? index.reason
    : index.reports + (index.reports === 1 ? " report" : " reports") + (index.rebuild.building ? ", indexing more" : "");
}

// An upload that is still under way when the page is opened is shown.
async function takeUp() {
  const { jobs } = await (await fetch("/v1/jobs")).json();
  const open = jobs.find((job) => job.kind === "upload" && !hasEnded(job));
  if (!open || latest) return;
  add.open = true;
  follow(open.url);
}

tellState().catch(() => {});
takeUp().catch(() => {});
