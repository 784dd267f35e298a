import { api } from "./api.js";
import { checks } from "./checks.js";
import { $, h, run, show } from "./dom.js";
import { entry, journal } from "./journal.js";
import { clockBar, sms } from "./panels.js";
import { refunds } from "./refunds.js";
import { scenarios } from "./scenarios.js";

// many is from how many refunds on the table is only read when something
// happened or the reader asks.
const many = 2000;

const tick = 2000; // milliseconds between two looks at the worlds

let chosen = "default";
let known = []; // the worlds
let following = new AbortController();
const world = () => chosen;

const calls = journal(world);
const open = (requestID) => entry(world(), requestID);
const updateRefunds = refunds(world, open);
const updateSMS = sms(world);
const updateScenarios = scenarios(world);
const updateBadges = checks(world, open, calls.knows);
const showClock = clockBar(world, everything);

// look reads the worlds and shows the chosen one's time. A journal that is
// behind what was read of it belongs to a world that was reset.
async function look() {
  known = await api("worlds");
  if (!known.some((w) => w.name === chosen)) choose("default");
  const names = known.map((w) => w.name).join("\n");
  if ($("world").dataset.names !== names) {
    $("world").replaceChildren(...known.map((w) => h("option", { selected: w.name === chosen }, w.name)));
    $("world").dataset.names = names;
  }
  const current = known.find((w) => w.name === chosen);
  if (!current) return;
  showClock(current);
  if (current.calls < calls.newest()) choose(chosen);
}

// everything reads all panels; one that fails doesn't keep the others back.
async function everything() {
  const results = await Promise.allSettled([look(), updateRefunds(), updateSMS(), updateScenarios(), updateBadges()]);
  show(results.find((r) => r.status === "rejected")?.reason);
}

function choose(name) {
  chosen = name;
  following.abort();
  following = new AbortController();
  follow(following.signal);
  everything();
}

// follow reads the journal for ever; after an error it tries again.
async function follow(signal) {
  while (!signal.aborted) {
    try {
      await calls.follow(signal, everything);
    } catch (problem) {
      if (signal.aborted) return;
      show(problem);
      await new Promise((done) => setTimeout(done, tick));
    }
  }
}

// beat keeps the page fresh while somebody looks at it.
async function beat(turn) {
  if (!document.hidden) {
    const few = (known.find((w) => w.name === chosen)?.refunds ?? 0) < many;
    const tasks = [look(), updateSMS()];
    if (turn % 3 === 0) tasks.push(updateScenarios(), updateBadges());
    if (turn % 5 === 0 && few && !$("refunds").contains(document.activeElement)) tasks.push(updateRefunds());
    const failed = (await Promise.allSettled(tasks)).find((r) => r.status === "rejected");
    if (failed) show(failed.reason);
  }
  setTimeout(() => beat(turn + 1), tick);
}

// The token is asked for when a call was refused for want of it, no sooner.
addEventListener("unauthorized", () => {
  if (!$("access").hidden) return;
  $("access").hidden = false;
  $("token").focus();
});
$("access").addEventListener("submit", (e) => {
  e.preventDefault();
  sessionStorage.setItem("token", $("token").value.trim());
  $("access").hidden = true;
  show(null);
  choose(chosen);
});
$("world").addEventListener("change", () => choose($("world").value));
$("reset").addEventListener("click", run(async () => {
  if (!confirm(`Reset ${chosen} to its fixtures?`)) return;
  await api("resetWorld", { world: chosen });
  choose(chosen);
}));
$("snapshot").addEventListener("click", run(async () => {
  const link = h("a", { href: URL.createObjectURL(await api("snapshot", { world: chosen })), download: `${chosen}.yaml` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), tick);
}));

choose(chosen);
beat(1);
