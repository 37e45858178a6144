// A need from its draft to the matrix, as those concerned play it: each with a browser of their own, by what the pages offer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lookAt } from "./look.mjs";
import { signIn, startBrowser, startPortal, visitor } from "./portal.mjs";

const TITLE = "Interpreters on call for joint investigation teams";
const MEASURE = /Joint investigation teams have a model agreement/;
const ACTION = "Strengthening asset recovery and the management of seized property";

const main = (page) => page.locator("main");
const text = (page) => main(page).innerText();
const field = (page, name) => main(page).getByLabel(name, { exact: true });

/** Presses a button that sends a form, and waits for the page that says what was done. */
async function send(page, name, done) {
  await main(page).getByRole("button", { name, exact: true }).click();
  await page.waitForURL(new RegExp(`done=${done}`));
}

/** The least contrast of the figures in the cells of a picture, which axe does not look at. */
function leastContrast() {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const fill = (cell, part) => getComputedStyle(cell.querySelector(part)).fill;
  // hatched cells have no one colour
  const cells = [...document.querySelectorAll("svg.matrix-chart g.cell:not(.gap)")].filter((cell) => cell.querySelector("text"));
  const ratio = (cell) => {
    const [less, more] = [light(fill(cell, "rect")), light(fill(cell, "text"))].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  };
  return Math.min(...cells.map(ratio));
}

for (const scripts of [true, false]) {
  test(`a need is drafted, submitted, answered, judged and counted, ${scripts ? "with" : "without"} scripts`, { timeout: 240_000 }, async () => {
    const portal = await startPortal();
    const browser = await startBrowser();
    try {
      const as = async (account) => {
        const page = await visitor(browser, portal, { scripts });
        await signIn(page, `${account}@example.example`);
        return page;
      };
      const look = (page, what) => (scripts ? lookAt(page, what) : undefined);
      const [arvania, donor, lead] = [await as("beneficiary-one"), await as("donor"), await as("lead-two")];

      // the beneficiary drafts: a title and a measure, the rest is asked for when it matters
      await arvania.goto("/example/needs");
      await main(arvania).getByRole("link", { name: "Write a need", exact: true }).click();
      await look(arvania, "the form of a need");
      await field(arvania, "Title, in English").fill(TITLE);
      const measure = await main(arvania).locator("#node option").filter({ hasText: MEASURE }).first().getAttribute("value");
      await main(arvania).locator("#node").selectOption(measure);
      await send(arvania, "Save the draft", "need-drafted");
      await look(arvania, "a draft");
      await donor.goto(arvania.url().split("?")[0]);
      assert.match(await text(donor), /Nothing is here/);
      const place = new URL(arvania.url()).pathname;

      // what is lacking is said where it is submitted
      await main(arvania).getByRole("button", { name: "Submit", exact: true }).click();
      assert.match(await text(arvania), /Please state “Type”/);
      await main(arvania).getByRole("link", { name: "Edit", exact: true }).click();
      await main(arvania).locator("#type").selectOption("operational");
      await main(arvania).locator("#perspective").selectOption("response");
      await field(arvania, "By when").fill("2027");
      await send(arvania, "Save", "need-saved");
      await send(arvania, "Submit", "need-submitted");

      // the partner finds it where support is missing, or in the list, and proposes its action
      await donor.goto(`/example/needs?q=${encodeURIComponent("Interpreters on call")}`);
      await main(donor).getByRole("link", { name: TITLE, exact: true }).click();
      await main(donor).getByRole("link", { name: "Propose a response", exact: true }).first().click();
      await look(donor, "the form of a response");
      await main(donor).getByLabel(new RegExp(`^${ACTION}`)).check();
      await field(donor, "What of the need it answers").fill("Interpreters for two teams.");
      await send(donor, "Propose it", "response-proposed");

      // the beneficiary's home says what waits; a yes
      await arvania.goto("/example");
      await main(arvania).getByRole("link", { name: new RegExp(`answers your need “${TITLE}”`) }).click();
      await look(arvania, "a proposed response");
      await main(arvania).locator("article", { hasText: ACTION }).getByRole("button", { name: "Yes, it answers the need" }).click();
      await arvania.waitForURL(/done=response-confirmed/);

      // the lead judges, with a reason
      await lead.goto(place);
      await main(lead).getByRole("radio", { name: "Partly covered", exact: true }).check();
      await field(lead, "Reason").fill("Two of three teams.");
      await send(lead, "Record the judgement", "need-judged");
      await look(lead, "a judged need");

      // the matrix has it in its cell, which opens into it
      await lead.goto("/example/coverage?pillar=CRIME");
      await look(lead, "the coverage matrix");
      const row = main(lead).locator("table.matrix tbody tr", { hasText: MEASURE });
      await row.locator("td a").first().click();
      assert.match(await text(lead), new RegExp(`${TITLE}[\\s\\S]*Partly covered[\\s\\S]*${ACTION}`));
      await look(lead, "a cell of the matrix");

      // the ready-made views
      await arvania.goto("/example/coverage/answered");
      assert.match(await text(arvania), new RegExp(TITLE));
      await look(arvania, "what of ours is answered");
      await donor.goto("/example/coverage/missing");
      await look(donor, "where support is missing");
      await lead.goto("/example/coverage?view=picture");
      await look(lead, "the matrix as a picture");
      if (scripts) {
        await lead.goto("/example/coverage?view=picture&show=donors");
        assert.ok((await lead.evaluate(leastContrast)) >= 4.5, "figures of the picture are lost on their colours");
      }
      for (const page of [arvania, donor, lead]) assert.deepEqual(page.faults, []);
    } finally {
      await browser.close();
      await portal.stop();
    }
  });
}
