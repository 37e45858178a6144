// Every page that visitors, members of a process as large as the real one, and operators can reach.
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

test("the pages of visitors", () => look(portal, browser, null, ["/", "/sign-in", "/password/forgotten", "/help", "/iisg/public", "/example/public", "/example/public/access"], { each: true }));
test("the pages of a beneficiary", () => look(portal, browser, "kosovo@iisg.example", ["/iisg"]));
test("the pages of an observer", () => look(portal, browser, "observer@iisg.example", ["/iisg"]));
test("the pages of an operator", () => look(portal, browser, "operator@concert.example", ["/operator"]));
