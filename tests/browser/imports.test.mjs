// A donor brings a workbook with three mistakes and one action that is here already, mends, takes it in, and takes it back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NARROW, member, startBrowser, startPortal } from "./portal.mjs";
import { XLSX, workbook } from "./workbook.mjs";

let portal, browser;
before(async () => {
  portal = await startPortal();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const FIT = "FIT4 – financial investigators trained (Arvania, Kestria, Lumenia, Tarvis)";
const TABLE = [
  ["Our projects 2027", "", "", "", "", "", ""],
  ["Project title", "Reference", "Donor", "Beneficiary", "Status", "Start date", "Budget (EUR)"],
  ["Radio links for mountain posts", "NL-77", "Norland", "Arvania", "planned", "March 2027", 1500000],
  ["A second line of rescue boats", "NL-78", "Norland", "Nowhere", "perhaps", "31.2.2027", 2000],
  [FIT, "", "Norland", "Arvania; Kestria; Lumenia; Tarvis", "ongoing", "2026-01", 640000],
];
const file = workbook(TABLE);

/** The page shows where the work is, and goes on by itself. */
async function until(page, words) {
  await page.locator("#import-state", { hasText: words }).waitFor({ timeout: 60_000 });
  // the part that renews itself holds no rows: the page as a whole does
  await page.reload();
}

async function bring(page, name) {
  await page.goto("/example/imports");
  await page.locator("#file").setInputFiles({ name, mimeType: XLSX, buffer: file });
  await page.getByRole("button", { name: "Upload and preview" }).click();
  await page.waitForURL(/imports\/[0-9a-f-]{36}/);
  await until(page, "Nothing has been changed yet");
}

for (const [what, options] of [
  ["on a screen", {}],
  ["on a phone, in the dark", { viewport: NARROW, colorScheme: "dark" }],
]) {
  test(`a donor brings a file, mends it, takes it in and takes it back, ${what}`, async () => {
    const page = await member(browser, portal, "donor@example.example", options);
    await bring(page, `ours-${what.length}.xlsx`);
    const row = (n) => page.locator(`#row-${n}`);
    assert.match(await row(3).innerText(), /new/);
    if (!options.viewport) {
      const { width } = await row(3).locator("td.num").boundingBox();
      assert.ok(width < 120, `the number of a row takes ${width} pixels`);
    }
    for (const words of [/not a beneficiary/, /not a status/, /28 February|no day/]) assert.match(await row(4).innerText(), words);
    assert.match(await row(5).innerText(), /may be here already/);
    await page.locator("[name='cell-4-3']").fill("Lumenia");
    await page.locator("[name='cell-4-4']").fill("Planned");
    await page.locator("[name='cell-4-5']").fill("28.2.2027");
    await row(5).locator("select").selectOption("leave");
    await page.getByRole("button", { name: "Keep choices and check again" }).click();
    await page.waitForURL(/done=import-rows-kept/);
    assert.match(await row(4).innerText(), /new/);
    await page.getByRole("button", { name: "Import the chosen rows" }).click();
    await until(page, "The chosen rows have been imported");
    assert.match(await row(3).innerText(), /added/);
    assert.match(await row(5).innerText(), /left out/);
    await row(4).getByRole("link").first().click();
    await page.getByRole("heading", { name: "A second line of rescue boats" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Undo this import" }).click();
    await until(page, "The import has been undone");
    assert.match(await row(3).innerText(), /undone/);
    await page.goto("/example/actions?q=rescue+boats");
    assert.doesNotMatch(await page.locator("main").innerText(), /second line of rescue boats/);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
