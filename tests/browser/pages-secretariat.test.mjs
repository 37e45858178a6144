// Every page that the secretariat can reach, which are nearly all, each filter of the lists among them.
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
