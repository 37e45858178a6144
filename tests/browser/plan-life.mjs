// The whole life of a plan, draft to superseded, as the people of a process play it: each with a browser of their own, by
// what the pages offer. The same steps are taken with scripts and without.
import assert from "node:assert/strict";
import { lookAt } from "./look.mjs";
import { signIn, startBrowser, startPortal, visitor } from "./portal.mjs";

const PLAN = "Plan of Action on the prevention of violent extremism and the reintegration of those who come back, with schools, municipalities and probation services 2027–2030";
const OBJECTIVE = "People are reached before they turn to violence";
const PRIORITY = "Schools, parents and municipalities know whom to call, and are called back within the week";
const MEASURE = "Teachers and parents recognise recruitment early";
const SECOND = "Municipal case managers work in every larger town and share their cases across the borders of districts";
const TEXT = "A module for teachers. A line for parents.";
const BETTER = "A module for teachers. A line for parents, open in the evening.";
const RESULT = "Parents call earlier.";
const INDICATOR = "Calls to the line for parents";
const ACTION = "Teachers and parents recognise recruitment early (grant of the Coastal Trust Fund)";
const LATER = "Probation officers work with people convicted of violent extremism";
const RESERVATION = "Kestria* cannot staff a line in the evening before 2028.";
const STATEMENT = "Kestria* takes part as far as its budget allows, and asks for a review in 2028.";
const REMARK = "“Every larger town” needs a number, or we cannot budget for it.";
const OTHER = "We would share our own materials with the authors.";
const LETTER = "Dear partners, please read the draft against your own programmes.";

const SEATS = ["Arvania", "Bergovia and Hollmark", "Commission of the Coastal Union", "Kestria*", "Lumenia", "Tarvis", "Upper Sevonia"];
const VOTERS = ["beneficiary-one", "beneficiary-three", "commission", "beneficiary-two", "beneficiary-four", "beneficiary-six", "beneficiary-five"];

/** A day from now on, as a person types it. */
function day(ahead) {
  const at = new Date(Date.now() + ahead * 86_400_000);
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

const main = (page) => page.locator("main");
const text = (page) => main(page).innerText();
const link = (page, name) => main(page).getByRole("link", { name, exact: true });
const button = (page, name) => main(page).getByRole("button", { name, exact: true });
const field = (page, name) => main(page).getByLabel(name, { exact: true });

/** Presses a button that sends a form, and waits for the page that follows it and says so. */
async function send(page, name, done) {
  await button(page, name).click();
  await page.waitForURL(done ? new RegExp(`done=${done}`) : /done=/);
}

/** A button whose name goes on, out of sight, with what it is about. */
const about = (page, name, what) => main(page).getByRole("button", { name: new RegExp(`^${name} ?: ${what.replace(/[()]/g, "\\$&")}$`) });

/** What is not this reader's to do is not offered. */
async function offers(page, yes, no) {
  const all = await main(page).locator("a.btn, button").allInnerTexts();
  for (const name of yes) assert.ok(all.includes(name), `${name} is not offered: ${all}`);
  for (const name of no) assert.ok(!all.includes(name), `${name} is offered`);
}

/** Asks these parties alone. */
async function ask(page, names) {
  for (const box of await main(page).locator("fieldset.checks label.check").all()) {
    await box.locator("input").setChecked(names.includes((await box.innerText()).trim()));
  }
}

/** The people of the example, each signed in once, when they are first needed. */
class People {
  constructor(browser, portal, scripts) {
    Object.assign(this, { browser, portal, scripts, pages: new Map() });
  }
  async of(name, { signedIn = true } = {}) {
    if (!this.pages.has(name)) {
      const page = await visitor(this.browser, this.portal, { scripts: this.scripts });
      page.setDefaultTimeout(15_000);
      this.pages.set(name, page);
      if (signedIn) await signIn(page, `${name}@example.example`);
    }
    return this.pages.get(name);
  }
  async leave() {
    const faults = [...this.pages].flatMap(([name, page]) => page.faults.map((fault) => `${name}: ${fault}`));
    for (const page of this.pages.values()) await page.context().close();
    assert.deepEqual(faults, []);
  }
}

/** One line of the editor, by its code. */
function row(page, code) {
  const exact = new RegExp(`^${code.replaceAll(".", "\\.")}$`);
  return page.locator("#tree li[data-node]").filter({ has: page.locator(".code", { hasText: exact }) });
}
const titles = (page) => page.locator("#tree li[data-node]").evaluateAll((all) =>
  all.map((li) => `${li.querySelector(".code").textContent} ${li.querySelector("[name=title]").value}`.trim()));
async function stands(page, expected) {
  const end = Date.now() + 5000;
  let now;
  do {
    now = await titles(page);
    if (JSON.stringify(now) === JSON.stringify(expected)) return;
    await page.waitForTimeout(100);
  } while (Date.now() < end);
  assert.deepEqual(now, expected);
}

const WRITTEN = [`1 ${OBJECTIVE}`, `1.1 ${PRIORITY}`, `1.1.1 ${MEASURE}`, `1.1.2 ${SECOND}`];

/** The text by keys and by drag. */
async function writeWithScripts(page) {
  const title = (code) => row(page, code).locator("[name=title]");
  await page.locator("#new-title").fill(OBJECTIVE);
  await page.locator("#new-title").press("Enter");
  await stands(page, [`1 ${OBJECTIVE}`]);
  await title("1").press("Enter");
  await stands(page, [`1 ${OBJECTIVE}`, "2"]);
  await page.keyboard.type(PRIORITY); // the new line has the focus
  await page.keyboard.press("Alt+ArrowRight");
  await stands(page, [`1 ${OBJECTIVE}`, `1.1 ${PRIORITY}`]);
  await page.keyboard.press("Enter");
  await page.locator('[data-node]:nth-child(3) [name=title]:focus').waitFor();
  await page.keyboard.type(SECOND);
  await page.keyboard.press("Alt+ArrowRight");
  await stands(page, [`1 ${OBJECTIVE}`, `1.1 ${PRIORITY}`, `1.1.1 ${SECOND}`]);
  await page.keyboard.press("Enter");
  await page.locator('[data-node]:nth-child(4) [name=title]:focus').waitFor();
  await page.keyboard.type(MEASURE);
  const line = row(page, "1.1.1").locator(".line");
  await row(page, "1.1.2").locator(".handle").dragTo(line, { targetPosition: { x: 30, y: 3 } });
  await stands(page, WRITTEN);
  await button(page, "Undo my last change").click();
  await stands(page, [...WRITTEN.slice(0, 2), `1.1.1 ${SECOND}`, `1.1.2 ${MEASURE}`]);
  await title("1.1.2").press("Alt+ArrowUp");
  await stands(page, WRITTEN);
  await row(page, "1.1.1").getByText("Text and expected result").click();
  await row(page, "1.1.1").getByLabel("Text", { exact: true }).fill(TEXT);
  await row(page, "1.1.1").getByLabel("Expected result", { exact: true }).fill(RESULT);
  await page.keyboard.press("Tab");
  await page.locator("[data-plan-status].kept", { hasText: "Saved at" }).waitFor();
  await lookAt(page, "the editor with a text open");

  // somebody takes a part out while it is typed in: that is what is said, and what was typed stays
  await page.locator("#new-title").fill("An objective that does not last");
  await page.locator("#new-title").press("Enter");
  await stands(page, [...WRITTEN, "2 An objective that does not last"]);
  const edition = "**/edition"; // what others do does not come in before it is typed
  await page.route(edition, (route) => route.fulfill({ json: { edition: 0 } }));
  const other = await page.context().newPage();
  await other.goto(page.url());
  await row(other, "2").locator("details.menu > summary").click();
  await row(other, "2").getByRole("button", { name: "Remove this part and everything under it", exact: true }).click();
  await stands(other, WRITTEN);
  await other.locator("[data-plan-status].kept", { hasText: "Done" }).waitFor();
  await other.close();
  await title("2").fill("An objective in vain");
  await page.keyboard.press("Tab");
  await page.locator("[data-plan-status].lost", { hasText: "somebody has removed this part in the meantime" }).waitFor();
  assert.equal(await title("2").inputValue(), "An objective in vain");
  await page.unroute(edition);
  await page.reload();
  await stands(page, WRITTEN);
}

/** The same by forms alone. */
async function writeWithForms(page) {
  const more = async (code, what) => {
    await row(page, code).locator("details.menu > summary").click();
    await row(page, code).getByRole("button", { name: what, exact: true }).click();
    await page.waitForLoadState();
  };
  const name = async (code, title) => {
    await row(page, code).locator("[name=title]").fill(title);
    await row(page, code).getByRole("button", { name: `Save ${code}`, exact: true }).click();
    await page.waitForURL(/done=plan-node-saved/);
  };
  await field(page, "Add an objective").fill(OBJECTIVE);
  await button(page, "Add an objective").click();
  await stands(page, [`1 ${OBJECTIVE}`]);
  await more("1", "Add a priority under it");
  await name("1.1", PRIORITY);
  await more("1.1", "Add a measure under it");
  await name("1.1.1", SECOND);
  await more("1.1.1", "Add one after it");
  await name("1.1.2", MEASURE);
  await more("1.1.2", "Move up");
  await stands(page, WRITTEN);
  await button(page, "Undo my last change").click();
  await stands(page, [...WRITTEN.slice(0, 2), `1.1.1 ${SECOND}`, `1.1.2 ${MEASURE}`]);
  await more("1.1.2", "Move up");
  await stands(page, WRITTEN);
  await row(page, "1.1.1").getByText("Text and expected result").click();
  await row(page, "1.1.1").getByLabel("Text", { exact: true }).fill(TEXT);
  await row(page, "1.1.1").getByLabel("Expected result", { exact: true }).fill(RESULT);
  await row(page, "1.1.1").getByRole("button", { name: "Save 1.1.1", exact: true }).click();
  await page.waitForURL(/done=plan-node-saved/);
}

/** Takes a step of the plan, whose conditions hold, from the plan's page. */
async function step(page, plan, name, fill = async () => {}) {
  await page.goto(plan);
  await link(page, name).click();
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  await fill(page);
  await send(page, name, "plan-step-taken");
}

async function position(page, plan, party, stance, reason) {
  await page.goto(`${plan}/consultation`);
  await link(page, `State the position of ${party}`).click();
  await field(page, stance).check();
  if (reason) await main(page).getByLabel("Reason").fill(reason);
  await send(page, "Submit position", "plan-position-stated");
}

/** A link of the page is followed as a file: its type, and that there is something in it. */
async function file(page, address, type, begins) {
  const answer = await page.request.get(address);
  assert.equal(answer.status(), 200, address);
  assert.ok(answer.headers()["content-type"].startsWith(type), `${address}: ${answer.headers()["content-type"]}`);
  const bytes = await answer.body();
  assert.ok(bytes.length > 2000, `${address}: ${bytes.length} bytes`);
  assert.equal(bytes.subarray(0, begins.length).toString("latin1"), begins);
}
async function files(page) {
  const address = async (name) => link(page, name).first().getAttribute("href");
  await file(page, await address("PDF"), "application/pdf", "%PDF-");
  await file(page, await address("Word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK");
}

/** Plays it all; each stage is a test of its own, and the first that fails ends the play. */
export async function planLife(t, { scripts }) {
  const portal = await startPortal();
  const browser = await startBrowser();
  const people = new People(browser, portal, scripts);
  const seen = scripts ? lookAt : async () => {};
  const stage = async (name, play) => {
    let failed;
    await t.test(name, async () => {
      try {
        await play();
      } catch (error) {
        failed = error;
        throw error;
      }
    });
    if (failed) throw new Error(`the play ended at: ${name}`);
  };
  let plan, decision, revision;
  try {
    await stage("the lead makes a plan and writes it", async () => {
      const lead = await people.of("lead-one");
      await lead.goto("/example/plans");
      await link(lead, "New plan").click();
      await field(lead, "Title").fill(PLAN);
      await field(lead, "Pillar").selectOption({ label: "PREVENT – Prevention and reintegration" });
      await field(lead, "First year").fill("2027");
      await field(lead, "Last year").fill("2030");
      await send(lead, "Create and go to the editor", "plan-created");
      plan = new URL(lead.url()).pathname.replace(/\/edit$/, "");
      await (scripts ? writeWithScripts : writeWithForms)(lead);
    });

    await stage("the lead sets an indicator and hangs an action", async () => {
      const lead = await people.of("lead-one");
      await row(lead, "1.1.1").locator("details.menu > summary").click();
      await row(lead, "1.1.1").getByRole("link", { name: "Add an indicator" }).click();
      await main(lead).getByLabel("What is measured").fill(INDICATOR);
      await main(lead).getByLabel("Unit").fill("calls");
      await field(lead, "Baseline").fill("120");
      await field(lead, "Year of the baseline").fill("2025");
      await field(lead, "All together, 2028").fill("480");
      await send(lead, "Save");
      assert.match(await text(lead), /120 \(2025\)[\s\S]*2028: 480/);
      await field(lead, "Find an action to link").fill("teachers parents recruitment");
      await button(lead, "Search").click();
      await seen(lead, "actions found for a measure");
      await about(lead, "Link", ACTION).click();
      await lead.waitForURL(/done=plan-action-linked/);
      assert.match(await main(lead).locator("#actions").innerText(), /grant of the Coastal Trust Fund/);
    });

    await stage("nobody else opens or writes the draft; an observer does not see it", async () => {
      for (const name of ["beneficiary-one", "donor", "chair"]) {
        const page = await people.of(name);
        await page.goto(plan);
        await offers(page, [], ["Edit the text", "Title and period", "Open the consultation"]);
        assert.equal((await page.request.get(`${plan}/steps/open-consultation`)).status(), 403);
      }
      const observer = await people.of("observer");
      assert.equal((await observer.goto(plan)).status(), 404);
      await observer.goto("/example/plans");
      assert.ok(!(await text(observer)).includes(PLAN));
    });

    await stage("the lead opens the consultation", async () => {
      const lead = await people.of("lead-one");
      await lead.goto(plan);
      await offers(lead, ["Open the consultation"], ["Record the Support Group’s agreement", "Record the adoption"]);
      await link(lead, "Open the consultation").click();
      await main(lead).getByLabel("Answers until").fill(day(-1));
      await ask(lead, ["Arvania", "Kestria*", "Norland"]);
      await main(lead).getByLabel("Cover note").fill(LETTER);
      await button(lead, "Open the consultation").click();
      await main(lead).locator(".errors").waitFor();
      assert.match(await text(lead), /Choose a day after today/);
      await seen(lead, "a consultation that cannot be opened yet");
      await main(lead).getByLabel("Answers until").fill(day(14));
      await send(lead, "Open the consultation", "plan-step-taken");
      assert.match(await text(lead), /0 of 3 have answered/);
    });

    await stage("Arvania is told, remarks, and agrees with remarks", async () => {
      const page = await people.of("beneficiary-one");
      await page.goto("/example/notices");
      await main(page).getByRole("link", { name: /asks you about “Plan of Action on the prevention/ }).first().click();
      await page.waitForURL(/\/consultation$/);
      assert.match(await text(page), new RegExp(LETTER));
      await offers(page, ["State the position of Arvania"], ["State the position of Kestria*", "Stop the consultation", "Give more time and tell the parties", "Remind"]);
      await page.goto(plan);
      await link(page, SECOND).first().click();
      await field(page, "Remark").fill(REMARK);
      await send(page, "Add the remark", "plan-remarked");
      await position(page, plan, "Arvania", "agrees, with remarks", "The budget line for case managers exists from 2028 only.");
      await offers(page, ["Change the position of Arvania"], []);
    });

    await stage("Kestria* suggests a wording and states a reservation, which needs its reason", async () => {
      const page = await people.of("beneficiary-two");
      await page.goto(plan);
      await link(page, MEASURE).first().click();
      await link(page, "Suggest another wording").click();
      await main(page).getByRole("link", { name: "Text", exact: true }).click();
      await field(page, "Text").fill(BETTER);
      await field(page, "Why").fill("Parents work during the day.");
      await send(page, "Suggest it", "plan-suggested");
      await page.goto(`${plan}/consultation`);
      await link(page, "State the position of Kestria*").click();
      await field(page, "reservation").check();
      await button(page, "Submit position").click();
      await main(page).locator(".errors").waitFor();
      assert.match(await text(page), /a reservation needs a reason/);
      await seen(page, "a reservation without its reason");
      await main(page).getByLabel("Reason").fill(RESERVATION);
      await main(page).getByText("Parts of the plan that it concerns").click();
      await field(page, `1.1.1 ${MEASURE}`).check();
      await send(page, "Submit position", "plan-position-stated");
      assert.match(await text(page), /2 of 3 have answered/);
    });

    await stage("the secretariat cannot record the agreement yet", async () => {
      const page = await people.of("support-group");
      await page.goto(plan);
      await link(page, "Record the Support Group’s agreement").click();
      assert.equal(await main(page).getByText("not yet", { exact: true }).count(), 2);
      assert.ok(await button(page, "Record the Support Group’s agreement").isDisabled());
      await seen(page, "an agreement whose conditions do not hold");
    });

    await stage("Norland remarks on the whole and agrees", async () => {
      const page = await people.of("donor");
      await page.goto(`${plan}/consultation`);
      await field(page, "Remark on the plan as a whole").fill(OTHER);
      await send(page, "Add the remark", "plan-remarked");
      await position(page, plan, "Norland", "agrees");
    });

    await stage("the lead answers remarks, two at once, and takes up the wording", async () => {
      const lead = await people.of("lead-one");
      await lead.goto("/example");
      await seen(lead, "a home where plans wait");
      await link(lead, `Answer 3 remarks: ${PLAN}`).click();
      await lead.waitForURL(/\/consultation#waiting/);
      assert.match(await text(lead), /Next: the pillar lead or the Support Group secretariat answers 3 remarks/);
      await offers(lead, ["Stop the consultation"], ["Record the Support Group’s agreement"]);
      assert.match(await text(lead), /3 wait for an answer/);
      await seen(lead, "remarks that wait for an answer");
      for (const said of [REMARK, OTHER]) {
        await main(lead).locator(".remarks > li", { hasText: said }).getByLabel("Answer this one").check();
      }
      const form = main(lead).locator("form#answers");
      await form.getByLabel("accepted in part").check();
      await form.getByLabel("Reason").fill("The number comes with the first report.");
      await form.getByRole("button", { name: "Answer", exact: true }).click();
      await lead.waitForURL(/done=plan-answered/);
      await main(lead).getByRole("button", { name: /^Take up this wording/ }).click();
      await lead.waitForURL(/done=plan-wording-taken/);
      assert.doesNotMatch(await text(lead), /waits? for an answer/);
      await lead.goto(plan);
      assert.ok((await text(lead)).includes(BETTER));
    });

    await stage("the secretariat records the agreement; the text stands", async () => {
      const page = await people.of("support-group");
      await page.goto("/example");
      await link(page, `Record the Support Group’s agreement: ${PLAN}`).click();
      await seen(page, "an agreement to be recorded");
      await send(page, "Record the Support Group’s agreement", "plan-step-taken");
      await offers(page, [], ["Edit the text", "Record the adoption", "Refer it back"]);
      const lead = await people.of("lead-one");
      await lead.goto(plan);
      await offers(lead, [], ["Edit the text", "Title and period", "Record the adoption"]);
      const party = await people.of("beneficiary-one");
      await party.goto(`${plan}/consultation`);
      await offers(party, [], ["Change the position of Arvania"]);
      assert.match(await text(party), /The number comes with the first report/);
    });

    await stage("the Chair opens the decision for votes, in writing", async () => {
      const chair = await people.of("chair");
      await chair.goto("/example");
      assert.equal(await link(chair, `Open for votes: ${PLAN}`).count(), 1);
      await chair.goto(plan);
      await offers(chair, ["Record the adoption", "Refer it back"], ["Edit the text"]);
      await link(chair, "Record the adoption").click();
      assert.ok(await button(chair, "Record the adoption").isDisabled());
      await link(chair, PLAN).last().click();
      await chair.waitForURL(/\/decisions\//);
      decision = new URL(chair.url()).pathname;
      await link(chair, "Open for votes").click();
      assert.match(await text(chair), /Written procedure[\s\S]*Simple majority of those voting[\s\S]*5 of 7 seats/);
      await seen(chair, "a decision to be opened");
      await send(chair, "Open for votes", "decision-opened");
      await offers(chair, ["Refer back"], ["Vote", "Record the result"]);
      const observer = await people.of("observer");
      assert.ok([403, 404].includes((await observer.goto(decision)).status()));
      const donor = await people.of("donor");
      await donor.goto(decision);
      await offers(donor, [], ["Vote", "Refer back", "Record the result", "Withdraw"]);
    });

    await stage("each seat votes by its own hand", async () => {
      for (const [i, name] of VOTERS.entries()) {
        const page = await people.of(name);
        await page.goto("/example"); // a home says what one is waited for
        await link(page, `Vote for ${SEATS[i]}: ${PLAN}`).click();
        await page.getByRole("heading", { level: 1, name: `Vote of ${SEATS[i]}`, exact: true }).waitFor();
        const kestria = name === "beneficiary-two";
        await field(page, kestria ? "Abstains" : "In favour").check();
        if (kestria) await main(page).getByLabel("Explanation of vote").fill(RESERVATION);
        await send(page, "Vote", "decision-voted");
      }
    });

    await stage("the Chair records the result; the adoption waits for the statement of Kestria*", async () => {
      const chair = await people.of("chair");
      await chair.goto("/example/notices");
      assert.match(await text(chair), /The votes on “Plan of Action on the prevention [^”]*” are complete/);
      await chair.goto("/example");
      await link(chair, `Record the result: ${PLAN}`).click();
      assert.ok(await field(chair, "Adopted").isChecked());
      await seen(chair, "a result to be recorded");
      await send(chair, "Record the result", "decision-recorded");
      assert.match(await text(chair), /Adopted by the Board, recorded by the Chair/);
      await link(chair, "Continue: record the plan’s adoption").click();
      assert.match(await text(chair), /Awaited: the statement of Kestria\*/);
      assert.ok(await button(chair, "Record the adoption").isDisabled());
      await seen(chair, "an adoption that waits for a statement");
      const page = await people.of("beneficiary-two");
      await page.goto(decision);
      await link(page, "Add a statement").click();
      await main(page).getByLabel("Statement").fill(STATEMENT);
      await seen(page, "a statement to be made");
      await send(page, "Add a statement", "decision-stated");
      await step(chair, plan, "Record the adoption", async () => {
        await main(chair).getByLabel("In force from").fill(day(7));
      });
      assert.match(await text(chair), new RegExp(`It comes into force on ${day(7)}`));
      await offers(chair, [], ["Put it in force", "Refer it back"]);
    });

    await stage("the secretariat puts it in force and publishes the text", async () => {
      const page = await people.of("support-group");
      await step(page, plan, "Put it in force");
      await offers(page, ["Close the plan", "Start a revision", "Publish the text"], ["Edit the text"]);
      await send(page, "Publish the text");
      await seen(page, "a plan in force");
    });

    await stage("observers and the public read the text, and no position, vote or remark", async () => {
      const observer = await people.of("observer");
      await observer.goto("/example/plans");
      await link(observer, PLAN).click();
      const anyone = await people.of("public", { signedIn: false });
      await anyone.goto("/example/public/plans");
      await link(anyone, PLAN).click();
      const secrets = [RESERVATION, STATEMENT, REMARK, OTHER, LETTER, "reservation", "In favour", "have answered", "The number comes"];
      for (const page of [observer, anyone]) {
        const said = await text(page);
        assert.ok(said.includes(BETTER) && said.includes(INDICATOR), "the text as adopted");
        for (const secret of secrets) assert.ok(!said.includes(secret), `${secret} is shown`);
        assert.equal(await main(page).getByRole("link", { name: "Consultation", exact: true }).count(), 0);
      }
      assert.match(await text(anyone), /[0-9a-f]{64}/);
      for (const end of ["/history", "/snapshots/3", "/compare", "/timeline", "/matrix"]) {
        assert.equal((await observer.goto(plan + end)).status(), 200, end);
        const said = await text(observer);
        for (const secret of secrets) assert.ok(!said.includes(secret), `${secret} is shown on ${end}`);
      }
      for (const end of ["/consultation", "/consultation/1/report", "/snapshots/1", "/snapshots/2"]) {
        assert.ok((await observer.goto(plan + end)).status() >= 403, end);
      }
      await seen(anyone, "a published plan");
    });

    await stage("a revision is begun; the lead changes a measure, and it shows", async () => {
      const lead = await people.of("lead-one");
      await lead.goto(plan);
      await offers(lead, [], ["Start a revision", "Edit the text", "Close the plan"]);
      const page = await people.of("support-group");
      await page.goto(plan);
      await link(page, "Start a revision").click();
      await main(page).getByLabel(/^Reason/).fill("The first reports are in.");
      await send(page, "Start a revision", "plan-revision-started");
      revision = new URL(page.url()).pathname;
      // what is hung on the plan in force meanwhile goes on with it
      await lead.goto(plan);
      await link(lead, SECOND).first().click();
      await field(lead, "Find an action to link").fill("probation officers convicted");
      await button(lead, "Search").click();
      await about(lead, "Link", LATER).click();
      await lead.waitForURL(/done=plan-action-linked/);
      await lead.goto(plan);
      // its decision bears the same title
      await main(lead).locator(`a[href="${revision}"]`).first().click();
      await lead.waitForURL(new RegExp(revision));
      await link(lead, SECOND).first().click();
      await link(lead, "Edit this part").click();
      await main(lead).getByLabel("Title", { exact: true }).fill(SECOND.replace("every larger town", "at least forty towns"));
      await main(lead).getByLabel("Text").fill("Forty by the end of 2029, at least five in each district.");
      await send(lead, "Save");
      await lead.goto(revision);
      await main(lead).locator("nav.tabs").getByRole("link", { name: "What changed" }).click();
      const changed = await text(lead);
      assert.match(changed, /1 changed/);
      assert.ok((await main(lead).locator(".doc ins").allInnerTexts()).join(" ").includes("at least forty towns"));
      assert.ok((await main(lead).locator(".doc del").allInnerTexts()).join(" ").includes("every larger town"));
    });

    await stage("the revision is consulted on and agreed", async () => {
      const lead = await people.of("lead-one");
      await step(lead, revision, "Open the consultation", async () => {
        await ask(lead, ["Arvania", "Norland"]);
        await main(lead).getByLabel("Answers until").fill(day(10));
      });
      await position(await people.of("beneficiary-one"), revision, "Arvania", "agrees");
      await position(await people.of("donor"), revision, "Norland", "agrees");
      await step(await people.of("support-group"), revision, "Record the Support Group’s agreement");
    });

    await stage("it is adopted at a meeting, entered at once, and comes into force", async () => {
      const chair = await people.of("chair");
      await chair.goto(revision);
      await main(chair).locator(".standing").getByRole("link", { name: PLAN }).last().click();
      await chair.waitForURL(/\/decisions\//);
      const meeting = new URL(chair.url()).pathname;
      await link(chair, "Change").click();
      await field(chair, "Procedure").selectOption({ label: "At a meeting" });
      await main(chair).getByLabel("Day of the meeting").fill(day(0));
      await main(chair).getByLabel("Place of the meeting").fill("Port Arvan");
      await send(chair, "Save", "decision-saved");
      await link(chair, "Open for votes").click();
      await send(chair, "Open for votes", "decision-opened");
      // at a meeting nobody votes here
      const party = await people.of("beneficiary-one");
      await party.goto(meeting);
      await offers(party, [], ["Vote", "Enter the votes of the meeting"]);
      await link(chair, "Enter the votes of the meeting").click();
      for (const seat of SEATS.slice(0, 6)) await field(chair, `${seat}: In favour`).check();
      await seen(chair, "the votes of a meeting");
      await send(chair, "Save the votes", "decision-votes-recorded");
      await link(chair, "Record the result").click();
      await send(chair, "Record the result", "decision-recorded");
      await step(chair, revision, "Record the adoption");
      assert.match(await main(chair).locator(".head .badges").innerText(), /In force/);
      assert.match(await text(chair), /One action|2 actions under its measures/);
    });

    await stage("the old plan is superseded, its actions go on", async () => {
      const page = await people.of("donor");
      await page.goto(plan);
      assert.match(await main(page).locator(".head .badges").innerText(), /Superseded/);
      assert.match(await text(page), /Another version has replaced it/);
      await seen(page, "a superseded plan");
      const sg = await people.of("support-group");
      await sg.goto(plan);
      await offers(sg, [], ["Start a revision", "Close the plan", "Put it in force"]);
      await page.goto(revision);
      const said = await text(page);
      assert.ok(said.includes(ACTION) && said.includes(LATER), "both actions hang on the new plan");
    });

    await stage("two frozen texts are compared, and carried away as PDF and for Word", async () => {
      const page = await people.of("donor");
      await page.goto(`${revision}/compare`);
      const choices = await field(page, "From").locator("option").allInnerTexts();
      const before = choices.find((c) => /^Plan that is revised, \d+: Adopted/.test(c));
      const after = choices.find((c) => /^\d+: Adopted/.test(c));
      await field(page, "To").selectOption({ label: after });
      if (scripts) await page.waitForURL(/to=/);
      await field(page, "From").selectOption({ label: before });
      if (scripts) await page.waitForURL(/from=r/);
      else await button(page, "Compare").click();
      assert.match(await text(page), /1 changed/);
      assert.ok((await main(page).locator(".doc ins").allInnerTexts()).join(" ").includes("at least forty towns"));
      await files(page);
      await seen(page, "a comparison of two frozen texts");
      await page.goto(revision);
      await files(page);
      await page.goto(`${revision}/history`);
      const sums = (await text(page)).match(/\b[0-9a-f]{64}\b/g) ?? [];
      assert.ok(sums.length >= 3, "each frozen text has its checksum");
      await main(page).getByRole("link", { name: /^\d+: Adopted$/ }).click();
      const shown = (await text(page)).match(/\b[0-9a-f]{64}\b/);
      assert.ok(shown && sums.includes(shown[0]), "the checksum of the list is that of the text");
      await files(page);
      await seen(page, "a frozen text with its record");
    });
  } finally {
    await people.leave().finally(async () => {
      await browser.close();
      await portal.stop();
    });
  }
}
