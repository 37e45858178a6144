// Looks at every page that can be reached by links: axe in both themes and at both widths, nothing that scrolls sideways,
// no fault of our own scripts, nothing that the policy had to refuse.
import assert from "node:assert/strict";
import axe from "axe-core";
import { NARROW, WIDE, signIn, visitor } from "./portal.mjs";

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What kind of page an address is: ids and values left out, which filters are set kept. */
function kind(portal, address) {
  const url = new URL(address, portal.address);
  const names = [...new Set(url.searchParams.keys())].sort().join("&");
  return url.pathname.replace(ID, "{id}") + (names ? `?${names}` : "");
}

/** Visits one of each kind of page, found by following links from `starts`; what `see` finds wrong with them. */
async function crawl(portal, page, starts, filters, see, most = 600) {
  const found = new Set();
  const wrong = [];
  const queue = [...starts];
  while (queue.length && found.size < most) {
    const address = queue.shift();
    if (found.has(kind(portal, address))) continue;
    const answer = await page.goto(address).catch((error) => {
      // a file to be kept is no page to look at
      if (error.message.includes("Download is starting")) return null;
      throw error;
    });
    if (!answer) continue;
    const type = answer.headers()["content-type"] ?? "";
    if (!type.startsWith("text/html")) continue;
    assert.ok(answer.status() < 400, `${address} is linked and answers ${answer.status()}`);
    found.add(kind(portal, address));
    const links = await page.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")));
    for (const link of links) {
      if (!link.startsWith("/") || link.startsWith("/static/") || /\.(csv|xlsx|xml)(\?|$)/.test(link)) continue;
      const address = link.split("#")[0];
      // combinations of filters are without end: one filter at a time is enough
      const names = [...new URL(address, portal.address).searchParams.keys()];
      if (names.length > 1 || names.includes("after") || names.includes("before") || (!filters && names.length)) continue;
      if (!found.has(kind(portal, address))) queue.push(address);
    }
    wrong.push(...(await see(address)));
  }
  assert.ok(found.size > 2, `few pages found: ${[...found]}`);
  // links that never end are a fault of ours, and a page that nobody looked at is not one that was found good
  assert.ok(found.size < most, `more than ${most} kinds of pages: ${[...found].slice(-20)}`);
  return wrong;
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Of all that is checked only the contrast depends on the theme, and it takes longer than all the rest, which depends on the
// width. What the secretariat sees, which is nearly everything, is looked at in each theme and at each width, and so are what
// visitors see and everybody's home; the pages that others see in their own way, narrow and in the dark. With CONCERT_LOOK=all
// (`scripts/test --full`) everything is looked at in everything.
const all = { runOnly: { type: "tag", values: TAGS } };
const contrast = { runOnly: { type: "rule", values: ["color-contrast"] } };
const rest = { ...all, rules: { "color-contrast": { enabled: false } } };
const whole = [["light", all], ["dark", all]];
const EVERY = [["1280", WIDE, whole], ["390", NARROW, whole]];
const EACH = process.env.CONCERT_LOOK === "all" ? EVERY : [["1280", WIDE, [["light", all], ["dark", contrast]]], ["390", NARROW, [["light", rest]]]];
const TWO = process.env.CONCERT_LOOK === "all" ? EVERY : [["1280", WIDE, [["light", rest]]], ["390", NARROW, [["dark", all]]]];
const ONE = process.env.CONCERT_LOOK === "all" ? EVERY : [["1280", WIDE, []], ["390", NARROW, [["dark", all]]]];

/** What axe finds wrong with a page as it stands. No page of ours holds a frame, so axe runs in the page itself. */
async function violations(page, checks) {
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe.source);
  return page.evaluate(async (checks) => {
    const { violations } = await window.axe.run(document, { ...checks, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map((n) => n.html.slice(0, 160)).join(" | ")}`);
  }, checks);
}

/** What is wrong with a page as it stands: at each width, in the themes that belong to it. */
async function faults(page, what, views) {
  const wrong = [];
  for (const [width, viewport, themes] of views) {
    await page.setViewportSize(viewport);
    const at = `${what} at ${width}`;
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) wrong.push(`${at}: ${wide} px scroll sideways`);
    for (const [theme, checks] of themes) {
      await page.emulateMedia({ colorScheme: theme });
      for (const v of await violations(page, checks)) wrong.push(`${at} ${theme}: ${v}`);
    }
    await page.emulateMedia({ colorScheme: "light" });
  }
  await page.setViewportSize(WIDE);
  return wrong;
}

/** Looks at one page in a state that cannot be linked to. */
export async function lookAt(page, what) {
  assert.deepEqual(await faults(page, what, TWO), []);
}

/** `filters`: also each filter that a list offers. `each`: each theme and each width, of every page and not of the first alone. */
export async function look(portal, browser, email, starts, { filters = false, each = filters } = {}) {
  const page = await visitor(browser, portal);
  if (email) await signIn(page, email);
  const views = (address) => (each || address === starts[0] ? EACH : ONE);
  const wrong = await crawl(portal, page, starts, filters, (address) => faults(page, `${email ?? "visitor"} ${address}`, views(address)));
  for (const fault of page.faults) wrong.push(`${email ?? "visitor"}: ${fault}`);
  await page.context().close();
  assert.deepEqual(wrong, []);
}
