// Looks at every page that can be reached by links: axe in both themes and at both widths, nothing that scrolls sideways,
// no fault of our own scripts, nothing that the policy had to refuse.
import assert from "node:assert/strict";
import axe from "axe-core";
import { survey } from "./parts.mjs";
import { NARROW, WIDE, signIn, visitor } from "./portal.mjs";

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What kind of page an address is: ids, codes (which alone are written in capitals) and values left out, which filters are
 *  set kept. */
function kind(portal, address) {
  const url = new URL(address, portal.address);
  const names = [...new Set(url.searchParams.keys())].sort().join("&");
  return url.pathname.replace(ID, "{id}").replace(/\/[A-Z][^/]*/g, "/{code}") + (names ? `?${names}` : "");
}

/** The same, whatever the process and whatever is set. */
const route = (portal, address) => kind(portal, address).split("?")[0].replace(/^\/(iisg|example)(?=\/|$)/, "/{process}");

/** Pictures that were drawn as PNG already. */
const drawn = new Set();

/** Visits one of each kind of page, found by following links from `starts`; what `see` finds wrong with them. */
async function crawl(portal, page, starts, filters, see, most = 600) {
  const found = new Set();
  const files = new Set();
  const wrong = [];
  const queue = [...starts];
  while (queue.length && found.size < most) {
    const address = queue.shift();
    const what = kind(portal, address);
    if (found.has(what) || files.has(what)) continue;
    // a picture that somebody got as PNG takes long to be made; to the others its SVG tells as much
    if (drawn.has(what)) continue;
    const answer = await page.goto(address).catch((error) => {
      // a file to be kept is no page to look at
      if (error.message.includes("Download is starting")) return null;
      throw error;
    });
    const type = answer?.headers()["content-type"] ?? "";
    if (answer) assert.ok(answer.status() < 400, `${address} is linked and answers ${answer.status()}`);
    if (!type.startsWith("text/html")) {
      files.add(what);
      if (what.endsWith(".png")) drawn.add(what);
      continue;
    }
    found.add(what);
    const links = await page.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")));
    for (const link of links) {
      if (!link.startsWith("/") || link.startsWith("/static/") || /\.(csv|xlsx|xml)(\?|$)/.test(link)) continue;
      const address = link.split("#")[0];
      // combinations of filters are without end: one filter at a time is enough
      const names = [...new URL(address, portal.address).searchParams.keys()];
      if (names.length > 1 || names.includes("after") || names.includes("before") || (!filters && names.length)) continue;
      const next = kind(portal, address);
      if (!found.has(next) && !files.has(next)) queue.push(address);
    }
    wrong.push(...(await see(address)));
  }
  assert.ok(found.size > 2, `few pages found: ${[...found]}`);
  // links that never end are a fault of ours, and a page that nobody looked at is not one that was found good
  assert.ok(found.size < most, `more than ${most} kinds of pages: ${[...found].slice(-20)}`);
  return wrong;
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const rest = { runOnly: { type: "tag", values: TAGS }, rules: { "color-contrast": { enabled: false } } };
const contrast = { runOnly: { type: "rule", values: ["color-contrast"] } };

// From each to the next only the width or the theme changes: a page is looked at from the one end to the other, the next page
// from there back. What the secretariat and visitors see, and everybody's home, is looked at in all four; the pages that others
// see in their own way, in two.
const FOUR = [["1280", WIDE, "light"], ["1280", WIDE, "dark"], ["390", NARROW, "dark"], ["390", NARROW, "light"]];
const TWO = [FOUR[0], FOUR[2]];

// Most pages are made of what other pages are made of, and axe takes longer than everything else together. So it is asked once
// for each kind of page, and again whenever a page, to whomever and in whatever state, holds a part that has not been judged at
// this width; of the contrast it is asked for each text whose place, colours and size together have not been judged. With
// CONCERT_LOOK=all (`scripts/test --full`) it is asked of everything in everything.
const ALL = process.env.CONCERT_LOOK === "all";
const judged = new Set();
/** What of these has not been judged; from now on it has. */
function fresh(all) {
  const those = ALL ? all : all.filter((key) => !judged.has(key));
  for (const key of those) judged.add(key);
  return those;
}

/** What axe finds wrong with a page as it stands. No page of ours holds a frame, so axe runs in the page itself. */
async function violations(page, kind, width) {
  // parts that a page fetches by itself are looked at when they are there
  await page.waitForFunction(() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling"));
  const { parts, looks } = await page.evaluate(survey);
  const whole = fresh([`${width} ${kind}`, ...parts.map((part) => `${width} ${part}`)]).length > 0;
  const texts = fresh(looks);
  if (!whole && !texts.length) return [];
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe.source);
  const { found, gone } = await page.evaluate(async ({ whole, texts, all, rest, contrast }) => {
    const found = [];
    const ask = async (where, what) => found.push(...(await window.axe.run(where, { ...what, resultTypes: ["violations"] })).violations);
    if (whole) await ask(document, rest);
    // a page that renews a part of itself may have done so since: what is gone is left to the next page that has it
    const stands = (look) => window.looks.get(look).isConnected;
    const include = texts.filter(stands).map((look) => window.looks.get(look));
    const gone = texts.filter((look) => !stands(look));
    if (all || include.length) await ask(all ? document : { include }, contrast);
    return { gone, found: found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map((n) => n.html.slice(0, 160)).join(" | ")}`) };
  }, { whole, texts, all: ALL, rest, contrast });
  for (const look of gone) judged.delete(look);
  return found;
}

/** Second lines, in small, that stand right behind the last letter of the first. */
function runOn() {
  const joined = (sub) => {
    const look = getComputedStyle(sub), before = sub.previousSibling;
    return look.display === "inline" && look.marginInlineStart === "0px" && before && before.nodeName !== "BR" && !/\s$/.test(before.textContent);
  };
  return [...document.querySelectorAll("main .sub")].filter(joined).map((sub) => sub.textContent.slice(0, 60));
}

/** Rows that stand as cards on a narrow page, and of which something is cut off at its side. */
function cutOff() {
  const cards = (table) => getComputedStyle(table).display === "block";
  const wide = ({ parentElement: box }) => box.scrollWidth > box.clientWidth + 1;
  return [...document.querySelectorAll("main .table > table.stack")].filter((table) => cards(table) && wide(table)).map((table) => table.innerText.slice(0, 60));
}

/** Dates that stand by themselves, and of which the day is on one line and the month on the next. */
function parted() {
  const tops = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top)));
  };
  return [...document.querySelectorAll("main :is(time, span.when)")].filter((e) => tops(e).size > 1).map((e) => e.innerText.slice(0, 60));
}

/** What is wrong with a page as it stands: at each width, in the themes that belong to it. */
async function faults(page, what, kind, views) {
  const wrong = [];
  for (const [width, viewport, theme] of page.viewportSize().width === NARROW.width ? views.toReversed() : views) {
    if (page.viewportSize().width !== viewport.width) await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: theme });
    const at = `${what} at ${width} ${theme}`;
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) wrong.push(`${at}: ${wide} px scroll sideways`);
    for (const line of await page.evaluate(cutOff)) wrong.push(`${at}: cut off at the side: “${line}”`);
    for (const line of await page.evaluate(parted)) wrong.push(`${at}: a date on two lines: “${line}”`);
    for (const line of await page.evaluate(runOn)) wrong.push(`${at}: no line or space before “${line}”`);
    for (const v of await violations(page, kind, width)) wrong.push(`${at}: ${v}`);
  }
  return wrong;
}

/** Looks at one page in a state that cannot be linked to, and leaves it as it was. */
export async function lookAt(page, what) {
  const viewport = page.viewportSize();
  assert.deepEqual(await faults(page, what, what, ALL ? FOUR : TWO), []);
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme: "light" });
}

/** `filters`: also each filter that a list offers. `each`: each theme and each width, of every page and not of the first alone. */
export async function look(portal, browser, email, starts, { filters = false, each = filters } = {}) {
  const page = await visitor(browser, portal);
  if (email) await signIn(page, email);
  const views = (address) => (ALL || each || address === starts[0] ? FOUR : TWO);
  const see = (address) => faults(page, `${email ?? "visitor"} ${address}`, route(portal, address), views(address));
  const wrong = await crawl(portal, page, starts, filters, see);
  for (const fault of page.faults) wrong.push(`${email ?? "visitor"}: ${fault}`);
  await page.context().close();
  assert.deepEqual(wrong, []);
}
