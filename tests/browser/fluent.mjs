// Whether the editor of a large plan stays fluent under the hand: from a key to its paint, from an operation to its painted
// result. No test: `scripts/bench --editor` starts it against the plan of 400 nodes and 3,000 actions. What it does to the plan
// it takes back. On any other portal:
//   node fluent.mjs --address http://127.0.0.1:8000 --edit /example/plans/…/edit --email lead-one@example.example
import { parseArgs } from "node:util";
import { PASSWORD, WIDE, signIn, startBrowser } from "./portal.mjs";

/** Milliseconds: 95 of 100 keys are painted sooner; no operation takes longer. */
const KEY = 100, OPERATION = 300;
const TYPED = " and what fifty keys make of it, one after another";
/** So often each operation is done, each time elsewhere in the plan. */
const TIMES = 5;

const { values: asked } = parseArgs({
  options: {
    address: { type: "string" }, edit: { type: "string" }, cookie: { type: "string" }, email: { type: "string" },
    password: { type: "string", default: PASSWORD }, check: { type: "boolean", default: false },
  },
});
if (!asked.address || !asked.edit || !(asked.cookie || asked.email)) {
  console.error("fluent.mjs: --address, --edit and --cookie or --email are needed");
  process.exit(2);
}

const browser = await startBrowser();
let missed;
try {
  missed = await measure();
} finally {
  await browser.close();
}
console.log(missed.length ? `Missed: ${missed.join("; ")}` : "The editor is fluent.");
process.exit(asked.check && missed.length ? 1 : 0);

async function measure() {
  const context = await browser.newContext({ baseURL: asked.address, viewport: WIDE, reducedMotion: "reduce" });
  if (asked.cookie) {
    const [name, ...value] = asked.cookie.split("=");
    await context.addCookies([{ name, value: value.join("="), url: asked.address }]);
  }
  const page = await context.newPage();
  page.on("dialog", (dialog) => dialog.accept());
  if (asked.email) await signIn(page, asked.email, asked.password);
  await page.addInitScript(watch);

  const nodes = page.locator("#tree li[data-node]");
  const opened = [];
  for (let i = 0; i < TIMES; i++) {
    const answer = await page.goto(asked.edit, { waitUntil: "load" });
    if (answer.status() !== 200) throw new Error(`${asked.edit}: status ${answer.status()}`);
    opened.push(await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd));
  }
  const all = await nodes.count();
  const first = await ids();
  const rows = [["opened, its script at work", opened, null]];
  await page.evaluate(() => { window.fluent.tasks.length = 0; });

  rows.push(["key to paint, title", await typed((li) => li.locator("[name=title]")), "key"]);
  rows.push(["key to paint, text", await typed(async (li) => {
    const texts = li.locator("details.texts");
    if (!(await texts.evaluate((d) => d.open))) await texts.locator("summary").click();
    return li.locator("[name=body]");
  }), "key"]);

  const measures = await page.locator('#tree li[data-kind="measure"]').evaluateAll((all) => all.map((li) => li.dataset.node));
  // spread over the plan, neither the first nor the last of its siblings
  const places = Array.from({ length: TIMES }, (_, i) => measures[Math.min(measures.length - 2, 2 + 6 * Math.floor((i * measures.length) / (6 * TIMES)))]);
  const title = (node) => page.locator(`#tree li[data-node="${node}"] [name=title]`);
  const operations = {
    rename: [], add: [], "undo of an addition": [], "move up": [], "undo of a move": [], "move down": [], drag: [],
  };
  const undo = async (into) => into.push(await until(() => page.locator("[data-plan-undo] button").evaluate((b) => b.click()), "swapped"));
  const drain = [];
  for (const node of places) {
    // a name, kept by itself once its field is left
    await title(node).focus();
    await page.keyboard.press("End");
    await page.keyboard.type(" x");
    operations.rename.push(await until(() => page.keyboard.press("Tab"), "kept"));
    await undo(drain);
    await title(node).focus();
    operations.add.push(await until(() => page.keyboard.press("Enter"), "swapped"));
    await undo(operations["undo of an addition"]);
    await title(node).focus();
    operations["move up"].push(await until(() => page.keyboard.press("Alt+ArrowUp"), "swapped"));
    await undo(operations["undo of a move"]);
    await title(node).focus();
    operations["move down"].push(await until(() => page.keyboard.press("Alt+ArrowDown"), "swapped"));
    await undo(operations["undo of a move"]);
    operations.drag.push(await dragged(node));
    await undo(operations["undo of a move"]);
  }
  for (const [name, taken] of Object.entries(operations)) rows.push([name, taken, "operation"]);
  const tasks = await page.evaluate(() => window.fluent.tasks);

  const now = await ids();
  if (now.join() !== first.join()) throw new Error("the plan is not as it was");
  return report(all, rows, tasks);

  async function ids() {
    return nodes.evaluateAll((all) => all.map((li) => li.dataset.node));
  }

  /** Fifty keys in a field in the middle of the plan, each at a hand's pace, and the text as it was again. */
  async function typed(of) {
    const field = await of(nodes.nth(Math.floor(all / 2)));
    await field.focus();
    const was = await field.inputValue();
    await page.keyboard.press("End");
    const taken = [];
    for (const key of TYPED) taken.push(await until(() => page.keyboard.type(key), "painted"));
    await page.keyboard.press("Tab");
    await page.waitForLoadState("networkidle");
    await field.fill(was);
    await page.keyboard.press("Tab");
    await page.waitForLoadState("networkidle");
    return taken;
  }

  /** Does something, and answers how long the page took from the first event of it to the paint of what is awaited. */
  async function until(act, what) {
    await page.evaluate((w) => window.fluent.await(w), what);
    await act();
    return page.evaluate(() => window.fluent.done);
  }

  /** By the mouse, from its handle to the upper half of the line of a sibling before it. */
  async function dragged(node) {
    const li = page.locator(`#tree li[data-node="${node}"]`), before = li.locator("xpath=preceding-sibling::li[1]");
    // at once: what others have changed may come in at any moment, and puts another line in this one's place
    await before.evaluate((line) => line.scrollIntoView({ block: "center" }));
    const from = await li.locator(".handle").boundingBox(), to = await before.locator(".line").boundingBox();
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + 60, to.y + to.height / 2, { steps: 4 });
    await page.mouse.move(to.x + 60, to.y + 4, { steps: 2 });
    return until(() => page.mouse.up(), "swapped");
  }
}

/** In the page: from an event's own time stamp to the frame that shows what came of it. */
function watch() {
  const fluent = (window.fluent = { tasks: [], done: null });
  new PerformanceObserver((list) => { for (const e of list.getEntries()) fluent.tasks.push(e.duration); }).observe({ entryTypes: ["longtask"] });
  // after the frame that a change falls into has been handed over
  const painted = () => new Promise((done) => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => done(performance.now()); c.port2.postMessage(0); }));
  fluent.await = (what) => {
    let begun = null;
    const events = ["keydown", "click", "drop", "change"];
    fluent.done = new Promise((done) => {
      const end = async () => {
        observer.disconnect();
        for (const e of events) document.removeEventListener(e, begin, true);
        const at = await painted();
        done(at - begun);
      };
      const begin = (e) => {
        if (begun !== null) return;
        begun = e.timeStamp;
        if (what === "painted") document.addEventListener("input", end, { once: true });
      };
      for (const e of events) document.addEventListener(e, begin, true);
      const observer = new MutationObserver((all) => {
        if (begun === null) return;
        const status = all.some((m) => m.target.closest?.("[data-plan-status]"));
        const swapped = all.some((m) => m.target.closest?.("#tree") || [...m.addedNodes].some((n) => n.id === "tree"));
        if ((what === "swapped" && swapped) || (what === "kept" && status)) end();
      });
      observer.observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true });
    });
  };
}

function report(nodes, rows, tasks) {
  const sorted = (all) => [...all].sort((a, b) => a - b);
  const at = (all, share) => sorted(all)[Math.min(all.length - 1, Math.ceil(all.length * share) - 1)];
  const ms = (x) => x.toFixed(0).padStart(7);
  console.log(`The editor of a plan of ${nodes} nodes; milliseconds to the frame that shows it`);
  console.log(`${"".padEnd(28)}${["times", "p50", "p95", "most", "limit"].map((h) => h.padStart(7)).join("")}`);
  const missed = [];
  for (const [name, taken, kind] of rows) {
    const [p50, p95, most] = [at(taken, 0.5), at(taken, 0.95), at(taken, 1)];
    const limit = { key: KEY, operation: OPERATION }[kind];
    console.log(`${name.padEnd(28)}${String(taken.length).padStart(7)}${ms(p50)}${ms(p95)}${ms(most)}${limit ? ms(limit) : "".padStart(7)}`);
    if (kind === "key" && p95 > KEY) missed.push(`${name}: ${p95.toFixed(0)} ms`);
    if (kind === "operation" && most > OPERATION) missed.push(`${name}: ${most.toFixed(0)} ms`);
  }
  console.log(`Longest task of the page's own: ${tasks.length ? Math.max(...tasks).toFixed(0) : "under 50"} ms; ${tasks.length} over 50 ms.`);
  return missed;
}
