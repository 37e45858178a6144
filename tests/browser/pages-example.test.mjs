// Every page that each role of the example can reach: first the secretariat, whose pages are nearly all, each filter of the
// lists among them; what the others see is mostly made of the same parts.
import { after, before, test } from "node:test";
import { look } from "./look.mjs";
import { startBrowser, startPortal } from "./portal.mjs";

let portal, browser;
before(async () => {
  portal = await startPortal();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

test("the pages of the secretariat", () => look(portal, browser, "support-group@example.example", ["/example", "/account"], { filters: true }));
test("the pages of the Chairmanship", () => look(portal, browser, "chair@example.example", ["/example"]));
test("the pages of a pillar lead", () => look(portal, browser, "lead-two@example.example", ["/example"]));
test("the pages of a donor", () => look(portal, browser, "donor@example.example", ["/example"]));
