// An overlap seen while an action is typed, worked as a question, and asked about before anything is saved.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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

const FIT = "Training of financial investigators in four jurisdictions (FIT-4)";

const as = (email, options) => member(browser, portal, email, options);

async function done(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

/** The background job has gone through the process when there are questions to read. */
async function questions(page) {
  for (let tries = 0; ; tries++) {
    await page.goto("/example/overlaps");
    if (await page.locator("tbody a.t").count()) return;
    assert.ok(tries < 60, "no question was found in a minute");
    await page.waitForTimeout(1000);
  }
}

test("while a donor types, what is there already appears beside the form; what is said of it becomes a question", async () => {
  const page = await as("donor@example.example");
  await page.goto("/example/actions/new");
  await page.getByLabel("Title", { exact: true }).fill("Training financial investigators in four jurisdictions");
  const near = page.locator("#beside .near li").filter({ hasText: "FIT-4" }).first();
  await near.waitFor();
  const started = Date.now();
  await page.getByLabel("Title", { exact: true }).fill("Training of financial investigators in four jurisdictions again");
  await page.waitForResponse((r) => r.url().endsWith("/actions/similar"));
  // the pause of 200 ms that it waits for, and the answer; the debug build of the tests is slower than the shipped one
  assert.ok(Date.now() - started < 3000, "it took too long");
  await near.getByLabel("related").check();
  assert.match(await page.locator("#near-count").innerText(), /may be like this one/);
  await page.locator("#pillars input[value=ns]").check();
  await page.locator("#beneficiaries input[value=ns]").check();
  await page.locator("#action-form .end").getByRole("button").first().click();
  await page.waitForURL(/done=action-created/);
  await questions(page);
  await page.getByRole("link", { name: /four jurisdictions again/ }).first().click();
  assert.match(await page.locator("main").innerText(), /Said to be related when it was entered/);
  await done(page);
});

test("what was said of an action beside the form is there still when the form comes back for a second look", async () => {
  const page = await as("donor@example.example");
  await page.goto("/example/actions/new");
  await page.getByLabel("Title", { exact: true }).fill("Training financial investigators in four jurisdictions");
  const near = page.locator("#beside .near li").filter({ hasText: "FIT-4" }).first();
  await near.getByLabel("related").check();
  // neither pillars nor beneficiaries are chosen
  await page.locator("#action-form .end").getByRole("button").first().click();
  await page.locator(".errors").waitFor();
  await near.waitFor();
  assert.ok(await near.getByLabel("related").isChecked(), "what was said is lost");
  await done(page);
});

test("without scripts the one that is there already is shown after saving", async () => {
  const page = await as("donor@example.example", { scripts: false, viewport: NARROW });
  await page.goto("/example/actions/new");
  await page.getByLabel("Title", { exact: true }).fill(FIT);
  await page.locator("#pillars input[value=ns]").check();
  await page.locator("#beneficiaries input[value=ns]").check();
  await page.locator("#action-form .end").getByRole("button").first().click();
  await page.waitForURL(/near\?done=action-created/);
  assert.match(await page.locator("main").innerText(), /FIT-4/);
  // and there it is said to be another one, with the keyboard alone
  const near = page.locator(".near > li").filter({ hasText: "FIT-4" }).first();
  const title = await near.locator(".t").innerText();
  await near.getByRole("button", { name: "Different: go on" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/near\?done=overlap-said-different/);
  assert.match(await page.getByRole("status").first().innerText(), /Noted: the two are different/);
  const said = page.locator(".near > li").filter({ has: page.getByText(title, { exact: true }) }).first();
  assert.match(await said.innerText(), /You said on .+: different\./);
  assert.equal(await said.getByRole("button", { name: "Different: go on" }).count(), 0, "it is asked again");
  await done(page);
});

test("the secretariat gives a question to somebody, the donor answers, the lead decides and records what came of it", async () => {
  const page = await as("support-group@example.example");
  await questions(page);
  await page.getByRole("link", { name: /FIT-4.*FIT4|FIT4.*FIT-4/ }).first().click();
  await page.getByRole("heading", { name: "Side by side" }).waitFor();
  const address = new URL(page.url()).pathname;
  await page.locator("#owner summary").click();
  await page.getByLabel("In charge").selectOption({ index: 1 });
  await page.getByLabel("Due").fill("2030-01-31");
  await page.locator("#owner").getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/done=overlap-assigned/);
  await done(page);

  const donor = await as("donor@example.example");
  await donor.goto(address);
  await donor.getByLabel("Your remark").fill("We gave this course; the register entered it again.");
  await donor.getByRole("button", { name: "Send", exact: true }).click();
  await donor.waitForURL(/done=overlap-remarked/);
  assert.equal(await donor.locator("#decide").count(), 0, "who takes part does not decide");
  await done(donor);

  const lead = await as("lead-two@example.example");
  await lead.goto(address);
  // what is missing has the focus, though the address names a part of the page
  await lead.getByRole("button", { name: "Record the decision" }).click();
  await lead.waitForFunction(() => document.activeElement?.id === "decision");
  // with the keyboard alone
  await lead.locator("#decision").focus();
  await lead.keyboard.type("Do it");
  await lead.keyboard.press("Tab");
  await lead.keyboard.type("One course, entered twice.");
  await lead.getByRole("button", { name: "Record the decision" }).focus();
  await lead.keyboard.press("Enter");
  await lead.waitForURL(/done=overlap-decided/);
  await lead.getByLabel("Outcome").fill("The second entry was withdrawn.");
  await lead.getByRole("button", { name: "Record the outcome and close" }).click();
  await lead.waitForURL(/done=overlap-outcome/);
  assert.match(await lead.locator("main").innerText(), /The second entry was withdrawn/);
  await done(lead);
});

for (const scripts of [true, false]) {
  test(`a donor with an idea asks for a brief${scripts ? "" : ", without scripts"}, takes it as PDF and shares it`, async () => {
    const page = await as("donor@example.example", { scripts });
    await page.goto("/example/brief");
    await page.getByRole("button", { name: "Make the brief" }).click();
    assert.match(await page.locator("main").innerText(), /Please fill this in/);
    await page.getByLabel("Title", { exact: true }).fill("Courses for financial investigators");
    await page.getByLabel("In a few words").fill("Tracing and seizing the proceeds of crime, for investigators and prosecutors.");
    await page.locator("#beneficiaries input").first().check();
    await page.getByRole("button", { name: "Make the brief" }).click();
    for (const part of ["Who does this already", "Needs it would answer", "What remains", "Whom to talk to"]) {
      await page.getByRole("heading", { name: part }).waitFor();
    }
    assert.match((await page.locator("#who, #near").allInnerTexts()).join(" "), /FIT-?4/);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "As PDF" }).click()]);
    assert.match(file.suggestedFilename(), /brief.*\.pdf$/);
    await page.getByLabel("Organisations").fill("Nobody of this name");
    await page.getByRole("button", { name: "Share with those named" }).click();
    assert.match(await page.locator("#organisations-error").innerText(), /There is no organisation/);
    assert.equal(await page.getByLabel("Organisations").inputValue(), "Nobody of this name");
    await page.getByRole("button", { name: "Share with the members" }).click();
    await page.waitForURL(/\/briefs\/.*done=brief-shared/);
    const shared = new URL(page.url()).pathname;
    await done(page);
    const other = await as("lead-two@example.example");
    await other.goto(shared);
    assert.match(await other.locator("main").innerText(), /Courses for financial investigators/);
    await done(other);
  });
}
