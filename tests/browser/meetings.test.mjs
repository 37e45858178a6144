// A meeting from its agenda to a task that is followed up, by four roles, with scripts and without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { lookAt } from "./look.mjs";
import { NARROW, member, startBrowser, startPortal } from "./portal.mjs";

let portal, browser;
before(async () => {
  portal = await startPortal();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

async function as(email, options) {
  const page = await member(browser, portal, email, options);
  page.setDefaultTimeout(15_000);
  return page;
}

async function done(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

/** A day from now on, as a person types it, in the example process's time zone: there a day ends an hour or two before UTC's. */
function day(ahead) {
  const at = new Date(Date.now() + ahead * 86_400_000);
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "Europe/Belgrade" });
}

const main = (page) => page.locator("main");
const link = (page, name) => main(page).getByRole("link", { name, exact: true });
const button = (page, name) => main(page).getByRole("button", { name, exact: true });
const field = (page, name) => main(page).getByLabel(name, { exact: true });

for (const scripts of [true, false]) {
  const title = `Serious crime, a meeting ${scripts ? "with" : "without"} scripts`;
  const task = `Name a contact point (${scripts ? "with" : "without"} scripts)`;

  test(`a meeting from agenda to followed-up task${scripts ? "" : ", without scripts"}`, async () => {
    // the lead calls it for today: it has begun when the day has
    const lead = await as("lead-two@example.example", { scripts });
    await lead.goto("/example/meetings");
    await link(lead, "Call a meeting").click();
    await field(lead, "Title").fill(title);
    await field(lead, "Body").selectOption({ label: "Support Group, pillar" });
    await field(lead, "Pillar").selectOption({ index: 1 });
    await field(lead, "Day").fill(day(0));
    await field(lead, "Place").fill("Kalmar Bridge");
    for (const name of ["Arvania", "Kestria*"]) await main(lead).getByLabel(name, { exact: true }).check();
    await main(lead).locator("#organisations").getByLabel("Norland", { exact: true }).check();
    await button(lead, "Save").click();
    await lead.waitForURL(/done=meeting-called/);
    const address = new URL(lead.url()).pathname;
    if (scripts) await lookAt(lead, "a meeting that is called");

    // the agenda from what is due, moved by its buttons with the keyboard
    await link(lead, "Agenda and papers").click();
    const due = main(lead).locator("#due label.check").filter({ hasText: "Open the list of courses to all partners" });
    await due.getByRole("checkbox").check();
    await field(lead, "Other items").fill("Welcome\nAny other business");
    await main(lead).locator(".end").getByRole("button", { name: "Save the agenda" }).click();
    await lead.waitForURL(/done=meeting-agenda-saved/);
    await link(lead, "Agenda and papers").click();
    const up = main(lead).getByRole("button", { name: /^Up\s*: Welcome$/ });
    await up.focus();
    await lead.keyboard.press("Enter");
    await main(lead).getByRole("button", { name: /^Down\s*: Welcome$/ }).waitFor();
    assert.equal(await main(lead).locator("[name=item_title]").first().inputValue(), "Welcome");
    if (scripts) await lookAt(lead, "an agenda that is made");
    await field(lead, "Title of the paper").first().fill("Actions of the pillar");
    await field(lead, "Address").first().fill("/actions");
    await main(lead).locator(".end").getByRole("button", { name: "Save the agenda" }).click();
    await lead.waitForURL(/done=meeting-agenda-saved/);
    assert.deepEqual(await main(lead).locator("ol.agenda li").evaluateAll((all) => all.map((li) => li.firstElementChild.textContent)), [
      "Welcome", "Open the list of courses to all partners", "Any other business",
    ]);

    // a donor says that it comes, on a phone
    const donor = await as("donor@example.example", { scripts, viewport: NARROW });
    const asked = new RegExp(`Say whether you will attend: ${title}`);
    await donor.locator("#awaited").getByRole("link", { name: asked }).click();
    await field(donor, "Norland").selectOption({ label: "Attending" });
    await main(donor).getByRole("button", { name: /^Answer/ }).first().click();
    await donor.waitForURL(/done=meeting-answered/);
    if (scripts) await lookAt(donor, "a meeting on a phone");
    await donor.goto("/example/meetings?view=month");
    await main(donor).locator("table.month").getByRole("link", { name: title }).waitFor();
    if (scripts) await lookAt(donor, "a month on a phone");

    // what came of it, and a task
    await lead.goto(`${address}/record`);
    await main(lead).getByLabel("Attendance, Norland", { exact: true }).selectOption({ label: "Attended" });
    await main(lead).getByLabel("Attendance, Kestria*", { exact: true }).selectOption({ label: "Excused" });
    await field(lead, "Conclusions").fill("One list of courses.");
    // that it is over is said, not assumed
    const held = main(lead).getByRole("checkbox", { name: /^The meeting has taken place/ });
    assert.equal(await held.isChecked(), false);
    await held.check();
    if (scripts) await lookAt(lead, "the record of a meeting");
    await button(lead, "Save").click();
    await lead.waitForURL(/done=meeting-recorded/);
    await link(lead, "Give a task").click();
    await field(lead, "Task").fill(task);
    await field(lead, "Who does it").selectOption({ label: "Arvania" });
    await field(lead, "Due").fill(day(7));
    await button(lead, "Save").click();
    await lead.waitForURL(/done=meeting-task-given/);

    // it comes up on its owner's home, who answers it
    const arvania = await as("beneficiary-one@example.example", { scripts });
    await arvania.locator("#awaited").getByRole("link", { name: `Do: ${task}` }).click();
    await arvania.waitForURL(/#task-/);
    const mine = main(arvania).locator(".tasks > li").filter({ hasText: task });
    await mine.locator("summary").click();
    await mine.getByLabel("What was done").fill("The desk in Port Arvan.");
    if (scripts) await lookAt(arvania, "a task that is answered");
    await mine.getByRole("button", { name: "It is done" }).click();
    await arvania.waitForURL(/done=meeting-task-ended/);
    await arvania.goto("/example");
    assert.equal(await arvania.locator("#awaited").getByRole("link", { name: `Do: ${task}` }).count(), 0);

    // the lead reads it, and takes the minutes along
    await lead.goto(address);
    assert.match(await main(lead).innerText(), /The desk in Port Arvan/);
    const file = lead.waitForEvent("download");
    await link(lead, "Minutes, DOCX").click();
    assert.match((await file).suggestedFilename(), /\.docx$/);
    for (const page of [lead, donor, arvania]) await done(page);
  });
}

test("a member makes a private address of their calendar and ends it", async () => {
  const page = await as("beneficiary-two@example.example");
  await page.goto("/example/meetings");
  await link(page, "Your calendar").click();
  await button(page, "Make an address").click();
  const address = await main(page).getByLabel("Address of your calendar").inputValue();
  await lookAt(page, "the private address of a calendar");
  const feed = await page.request.get(address);
  assert.equal(feed.status(), 200);
  assert.match(await feed.text(), /^BEGIN:VCALENDAR\r\n/);
  await page.goto("/example/meetings/calendar");
  await button(page, "End the address").click();
  await page.waitForURL(/done=calendar-ended/);
  assert.equal((await page.request.get(address)).status(), 404);
  await done(page);
});

test("a word without end widens no page of a meeting", async () => {
  const page = await as("lead-two@example.example");
  await page.goto("/example/meetings/new");
  await field(page, "Title").fill("W".repeat(200));
  await field(page, "Body").selectOption({ label: "Support Group, pillar" });
  await field(page, "Pillar").selectOption({ index: 1 });
  await field(page, "Day").fill(day(0));
  await field(page, "Place").fill("P".repeat(200));
  await field(page, "About").fill("A".repeat(300));
  await button(page, "Save").click();
  await page.waitForURL(/done=meeting-called/);
  const address = new URL(page.url()).pathname;
  await link(page, "Agenda and papers").click();
  await field(page, "Other items").fill("I".repeat(300));
  await field(page, "Title of the paper").first().fill("T".repeat(200));
  await field(page, "Address").first().fill("/actions");
  await main(page).locator(".end").getByRole("button", { name: "Save the agenda" }).click();
  await page.waitForURL(/done=meeting-agenda-saved/);
  await page.goto(`${address}/record`);
  await field(page, "Conclusions").fill("C".repeat(300));
  await button(page, "Save").click();
  await page.waitForURL(/done=meeting-recorded/);
  await link(page, "Give a task").click();
  await field(page, "Task").fill("K".repeat(300));
  await field(page, "Who does it").selectOption({ label: "Arvania" });
  await button(page, "Save").click();
  await page.waitForURL(/done=meeting-task-given/);
  await lookAt(page, "a meeting of words without end");

  // a task is dropped with a reason: what was wrong stands at its field
  const task = main(page).locator(".tasks > li").first();
  await task.locator("summary").click();
  await task.getByRole("button", { name: "Drop the task" }).click();
  await main(page).getByRole("alert").waitFor();
  assert.match(await task.innerText(), /Say why the task is dropped/);
  await lookAt(page, "a task that is dropped without a reason");
  await task.getByLabel("What was done").fill("Nobody needs it.");
  await task.getByRole("button", { name: "Drop the task" }).click();
  await page.waitForURL(/done=meeting-task-ended/);
  await done(page);
});
