// A round from its opening to its freezing by four roles: each with a browser of their own, by what the pages offer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lookAt } from "./look.mjs";
import { signIn, startBrowser, startPortal, visitor } from "./portal.mjs";

const TITLE = "How far is the work on serious crime?";
const ACTION = "Strengthening asset recovery and the management of seized property";

const main = (page) => page.locator("main");
const text = (page) => main(page).innerText();

for (const scripts of [true, false]) {
  test(`a round is opened, answered, confirmed, accepted and frozen, ${scripts ? "with" : "without"} scripts`, { timeout: 300_000 }, async () => {
    const portal = await startPortal();
    const browser = await startBrowser();
    try {
      const as = async (account) => {
        const page = await visitor(browser, portal, { scripts });
        await signIn(page, `${account}@example.example`);
        return page;
      };
      const look = (page, what) => (scripts ? lookAt(page, what) : undefined);
      const [secretariat, donor, arvania, lead] = [await as("support-group"), await as("donor"), await as("beneficiary-one"), await as("lead-two")];

      // the secretariat opens it, and looks again until its pages are filled
      await secretariat.goto("/example/rounds");
      await look(secretariat, "the list of rounds");
      await main(secretariat).getByRole("link", { name: "Open a round", exact: true }).first().click();
      await look(secretariat, "the form of a round");
      await main(secretariat).getByRole("radio", { name: /^Progress/ }).check();
      await main(secretariat).locator("#title").fill(TITLE);
      const pillar = await main(secretariat).locator("#pillar option").filter({ hasText: /^CRIME/ }).getAttribute("value");
      await main(secretariat).locator("#pillar").selectOption(pillar);
      await main(secretariat).getByRole("button", { name: "Open the round", exact: true }).click();
      await main(secretariat).getByRole("heading", { name: TITLE }).waitFor();
      const place = new URL(secretariat.url()).pathname;
      for (let i = 0; i < 60 && !/Who has answered/.test(await text(secretariat)); i++) {
        await secretariat.waitForTimeout(1000);
        await secretariat.goto(place);
      }
      assert.match(await text(secretariat), /Norland[\s\S]*not answered yet/);
      await look(secretariat, "a round that is open");

      // the donor comes from its home to its own page, and reports
      await donor.goto("/example");
      await main(donor).getByRole("link", { name: new RegExp(`actions of Norland: ${TITLE.replace("?", "\\?")}`) }).click();
      const row = () => main(donor).locator("article", { has: donor.getByRole("heading", { name: ACTION }) });
      await look(donor, "the page of who is asked");
      await row().getByRole("button", { name: /^Save the report/ }).click();
      await main(donor).getByRole("alert").waitFor();
      await look(donor, "a row that was wrong");
      await row().getByRole("radio", { name: "On track", exact: true }).check();
      await row().getByLabel("What was done", { exact: true }).fill("Four offices were advised.");
      await row().getByLabel("Arvania", { exact: true }).first().fill("9");
      await row().getByRole("button", { name: /^Save the report/ }).click();
      await donor.waitForURL(/done=progress-reported/);
      assert.match(await row().innerText(), /Four offices were advised/);

      // the beneficiary asks for a correction, the donor makes it, the beneficiary confirms
      await arvania.goto("/example");
      await main(arvania).getByRole("link", { name: new RegExp(`for Arvania: ${TITLE.replace("?", "\\?")}`) }).click();
      await look(arvania, "reports of progress");
      const seen = () => main(arvania).locator("article", { has: arvania.getByRole("heading", { name: ACTION }) });
      await seen().locator("summary", { hasText: "Ask for a correction" }).click();
      await seen().getByLabel("What is to be corrected", { exact: true }).fill("Three offices.");
      await seen().getByRole("button", { name: /^Ask for a correction/ }).click();
      await arvania.waitForURL(/done=progress-correction/);
      await donor.goto(`${place}/mine`);
      assert.match(await row().innerText(), /Three offices\./);
      await row().getByLabel("What was done", { exact: true }).fill("Three offices were advised.");
      await row().getByRole("button", { name: /^Save the report/ }).click();
      await donor.waitForURL(/done=progress-reported/);
      await arvania.goto(`${place}/reports`);
      await seen().getByRole("button", { name: /Confirm for Arvania/ }).click();
      await arvania.waitForURL(/done=progress-confirmed/);

      // the lead accepts what is ticked
      await lead.goto("/example");
      await main(lead).getByRole("link", { name: new RegExp(`Accept one report: ${TITLE.replace("?", "\\?")}`) }).click();
      await look(lead, "reports that wait for the lead");
      await main(lead).getByRole("checkbox", { name: new RegExp(`^Accept\\s*: ${ACTION}`) }).check();
      await main(lead).getByRole("button", { name: "Accept those that are ticked", exact: true }).click();
      await lead.waitForURL(/done=progress-accepted/);

      // the rest is answered in a word, all of it by keyboard
      await donor.goto(`${place}/mine?show=open`);
      for (let i = 0; i < 20 && (await main(donor).locator("article").count()) > 0; i++) {
        const next = main(donor).locator("article").first();
        await next.locator("summary", { hasText: "Another answer" }).focus();
        await donor.keyboard.press("Enter");
        await next.getByLabel("Remark", { exact: true }).fill("Our partner reports on it in January.");
        await next.getByRole("button", { name: /^We cannot say/ }).press("Enter");
        await donor.waitForURL(/done=round-word-kept/);
        await donor.goto(`${place}/mine?show=open`);
      }
      assert.match(await text(donor), /This page is handed in/);

      // those who wait see it; the round is locked, and frozen
      await secretariat.goto(place);
      assert.match(await text(secretariat), /Norland\s+answered/);
      await main(secretariat).locator("summary", { hasText: "Lock the round" }).click();
      await main(secretariat).getByLabel("Why it is locked now", { exact: true }).fill("The meeting is tomorrow.");
      await main(secretariat).getByRole("button", { name: "Lock the round", exact: true }).click();
      await secretariat.waitForURL(/done=round-locked/);
      await look(secretariat, "a round that is locked");
      await donor.goto(`${place}/mine`);
      await look(donor, "a page that is frozen");
      assert.match(await text(donor), /Three offices were advised/);
      assert.equal(await main(donor).locator("form[method=post]").count(), 0);
      await secretariat.goto("/example/rounds/standing");
      await look(secretariat, "completeness and timeliness");
      for (const page of [secretariat, donor, arvania, lead]) assert.deepEqual(page.faults, []);
    } finally {
      await browser.close();
      await portal.stop();
    }
  });
}
