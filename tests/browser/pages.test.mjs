// Every page that can be reached by links, for each role: axe in both themes and at both widths, nothing that scrolls
// sideways, no fault of our own scripts, nothing that the policy had to refuse.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { NARROW, WIDE, signIn, startBrowser, startPortal, visitor } from "./portal.mjs";

let portal, browser;
before(async () => {
  portal = await startPortal();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What kind of page an address is: ids and values left out, which filters are set kept. */
function kind(address) {
  const url = new URL(address, portal.address);
  const names = [...new Set(url.searchParams.keys())].sort().join("&");
  return url.pathname.replace(ID, "{id}") + (names ? `?${names}` : "");
}

// each theme and each width for the pages of the secretariat, which has them all; of others what differs shows in two
const ALL = [["1280", WIDE, "light"], ["1280", WIDE, "dark"], ["390", NARROW, "light"], ["390", NARROW, "dark"]];
const TWO = [ALL[0], ALL[3]];

/** Addresses of one of each kind of page, found by following links from `start`. */
async function crawl(page, starts, views, most = 120) {
  const found = new Map();
  const queue = [...starts];
  while (queue.length && found.size < most) {
    const address = queue.shift();
    if (found.has(kind(address))) continue;
    const answer = await page.goto(address);
    const type = answer.headers()["content-type"] ?? "";
    if (!type.startsWith("text/html")) continue;
    assert.ok(answer.status() < 400, `${address} is linked and answers ${answer.status()}`);
    found.set(kind(address), address);
    const links = await page.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")));
    for (const link of links) {
      if (!link.startsWith("/") || link.startsWith("/static/") || /\.(csv|xlsx)(\?|$)/.test(link)) continue;
      const address = link.split("#")[0];
      // combinations of filters are without end: one filter at a time is enough
      const names = [...new URL(address, portal.address).searchParams.keys()];
      if (names.length > 1 || names.includes("after") || names.includes("before") || (views !== ALL && names.length)) continue;
      if (!found.has(kind(address))) queue.push(address);
    }
  }
  return [...found.values()];
}

async function look(email, starts, { views = TWO } = {}) {
  const first = await visitor(browser, portal);
  if (email) await signIn(first, email);
  const cookies = await first.context().cookies();
  const addresses = await crawl(first, starts, views);
  assert.deepEqual(first.faults, []);
  await first.context().close();
  assert.ok(addresses.length > 2, `few pages found: ${addresses}`);
  const wrong = [];
  for (const [name, viewport, colorScheme] of views) {
    const page = await visitor(browser, portal, { viewport, colorScheme });
    await page.context().addCookies(cookies);
    for (const address of addresses) {
      await page.goto(address);
      const at = `${email ?? "visitor"} ${address} at ${name} ${colorScheme}`;
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) wrong.push(`${at}: ${wide} px scroll sideways`);
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      for (const v of violations) wrong.push(`${at}: ${v.id}: ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160)).join(" | ")}`);
    }
    for (const fault of page.faults) wrong.push(`${email ?? "visitor"} at ${name} ${colorScheme}: ${fault}`);
    await page.context().close();
  }
  assert.deepEqual(wrong, []);
}

test("the pages of visitors", () => look(null, ["/", "/sign-in", "/password/forgotten", "/help", "/iisg/public", "/example/public", "/example/public/access"]));
test("the pages of the secretariat", () => look("support-group@example.example", ["/example", "/account"], { views: ALL }));
test("the pages of the Chairmanship", () => look("chair@example.example", ["/example"]));
test("the pages of a pillar lead", () => look("lead-two@example.example", ["/example"]));
test("the pages of a beneficiary", () => look("kosovo@iisg.example", ["/iisg"]));
test("the pages of a donor", () => look("donor@example.example", ["/example"]));
test("the pages of an observer", () => look("observer@iisg.example", ["/iisg"]));
test("the pages of an operator", () => look("operator@concert.example", ["/operator"]));
