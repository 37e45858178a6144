// What people do with actions, in a browser: find one, change it, meet somebody else's change, suggest and accept.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NARROW, WIDE, member, signIn, startBrowser, startPortal, visitor } from "./portal.mjs";

let portal, browser;
before(async () => {
  portal = await startPortal();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const TITLE = "Strengthening asset recovery and the management of seized property";

/** Signed in, on the page of an action that is found by search. */
async function onAction(email, process, words, title, options) {
  const page = await member(browser, portal, email, options);
  await page.goto(`/${process}/actions?q=${encodeURIComponent(words)}`);
  await page.locator("main").getByRole("link", { name: title, exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  return page;
}

async function done(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

const ROLES = [
  ...["support-group", "chair", "lead-wbcti", "lead-wbcsci", "lead-wbbsi", "albania", "bosnia-and-herzegovina", "kosovo",
    "montenegro", "north-macedonia", "serbia", "eu", "austria", "unodc", "observer"].map((name) => [`${name}@iisg.example`, "/iisg"]),
  ...["support-group", "chair", "lead-one", "lead-two", "beneficiary-one", "beneficiary-two", "donor", "second-donor",
    "observer"].map((name) => [`${name}@example.example`, "/example"]),
  ["operator@concert.example", "/operator"],
];
// one after another at the same machine: who signs out leaves nothing to the next
let machine;
for (const [email, home] of ROLES) {
  test(`${email} signs in and is at home`, async () => {
    const page = (machine ??= await visitor(browser, portal));
    await signIn(page, email);
    assert.equal(new URL(page.url()).pathname, home);
    assert.ok((await page.locator("main").innerText()).length > 200, "an empty home");
    await page.locator("header .account summary, header details.menu summary").last().click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(/done=signed-out/);
    if (home !== "/") {
      await page.goto(home);
      assert.match(page.url(), /sign-in\?next=/);
    }
    assert.deepEqual(page.faults, []);
  });
}

test("an operator finds the registry of processes from the account menu", async () => {
  const page = await member(browser, portal, "operator@concert.example");
  await page.goto("/");
  await page.locator("header details.account summary").click();
  await page.getByRole("link", { name: "Processes of this installation" }).click();
  await page.waitForURL(/\/operator$/);
  assert.match(await page.locator("main").innerText(), /Integrative Internal Security Governance/);
  await done(page);
});

test("an action is found by a misspelled title, in the other script, and by an abbreviation", async () => {
  const page = await member(browser, portal, "albania@iisg.example");
  for (const [words, found] of [
    ["Countring Serius Crime", /Countering Serious Crime in the Western Balkans/],
    ["Еуројуст", /Eurojust/],
    ["P/CVE", /P-CVE|Violent Extremism|violent extremism/],
  ]) {
    await page.getByRole("searchbox").first().fill(words);
    await page.getByRole("searchbox").first().press("Enter");
    await page.waitForURL(/q=/);
    const titles = await page.locator("main table a.t").allInnerTexts();
    assert.ok(titles.some((t) => found.test(t)), `${words}: ${titles.slice(0, 5)}`);
  }
  await done(page);
});

test("two people edit one action: the second is shown the difference and loses nothing", async () => {
  const first = await onAction("support-group@example.example", "example", "asset recovery seized", TITLE);
  const second = await onAction("donor@example.example", "example", "asset recovery seized", TITLE);
  for (const page of [first, second]) await page.getByRole("link", { name: "Edit", exact: true }).click();
  await first.getByLabel("Description").fill("Written by the first.");
  await first.getByRole("button", { name: "Save", exact: true }).click();
  await first.waitForURL(/done=/);
  await second.getByLabel("Description").fill("Written by the second.");
  await second.getByRole("button", { name: "Save", exact: true }).click();
  const conflict = second.locator("fieldset.conflict");
  await conflict.waitFor();
  const text = await conflict.innerText();
  assert.match(text, /Written by the first/);
  assert.match(text, /Written by the second/);
  await second.getByRole("button", { name: "Save", exact: true }).click();
  await second.waitForURL(/done=/);
  assert.match(await second.locator("main").innerText(), /Written by the second/);
  await done(first);
  await done(second);
});

test("a beneficiary suggests a change and the donor accepts it", async () => {
  const any = await member(browser, portal, "beneficiary-one@example.example");
  await any.goto("/example/actions?q=asset+recovery+seized");
  await any.locator("main").getByRole("link", { name: TITLE, exact: true }).first().click();
  await any.getByRole("link", { name: "Suggest a change" }).click();
  await any.getByLabel("Description").fill("Advisers and training, since 2026 also for the courts.");
  await any.getByLabel("Comment on your suggestion").fill("The courts joined in spring.");
  await any.getByRole("button", { name: "Send the suggestion" }).click();
  await any.waitForURL(/done=/);
  const donor = await onAction("donor@example.example", "example", "asset recovery seized", TITLE);
  const card = donor.locator("article", { hasText: "The courts joined in spring." });
  await card.getByRole("button", { name: /^Accept/ }).or(card.getByRole("link", { name: /^Accept/ })).first().click();
  await donor.waitForLoadState();
  if (!/done=/.test(donor.url())) await donor.getByRole("button", { name: /Accept/ }).first().click();
  await donor.waitForURL(/done=/);
  assert.match(await donor.locator("main").innerText(), /also for the courts/);
  await done(any);
  await done(donor);
});

test("31 September is refused with the reason, and what was typed stays", async () => {
  const page = await onAction("donor@example.example", "example", "asset recovery seized", TITLE);
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.getByLabel("Planned end").fill("31 September 2027");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.locator(".errors").waitFor();
  assert.match(await page.locator("main").innerText(), /September 2027 has 30 days/);
  assert.equal(await page.getByLabel("Planned end").inputValue(), "31 September 2027");
  await done(page);
});

test("with the keyboard alone: skip to the content, sign in, open an action, say that it is still true", async () => {
  const page = await visitor(browser, portal);
  await page.goto("/sign-in");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  for (let i = 0; i < 12 && (await page.evaluate(() => document.activeElement.name)) !== "email"; i++) await page.keyboard.press("Tab");
  await page.keyboard.type("donor@example.example");
  await page.keyboard.press("Tab");
  await page.keyboard.type("concert-demo");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/example/);
  await page.goto("/example/actions?q=asset+recovery+seized");
  const reach = async (matches, most = 150) => {
    for (let i = 0; i < most; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(matches)) return;
    }
    assert.fail(`not reached by Tab: ${matches}`);
  };
  await reach(() => document.activeElement.matches("main table a.t"));
  await page.keyboard.press("Enter");
  await page.waitForURL(/actions\/[0-9a-f-]{36}/);
  await reach(() => document.activeElement.textContent.trim() === "Still true");
  await page.keyboard.press("Enter");
  await page.waitForURL(/done=/);
  await done(page);
});

test("without scripts: find, filter, edit with a row more, save, suggest", async () => {
  const page = await onAction("donor@example.example", "example", "asset recovery seized", TITLE, { scripts: false, viewport: NARROW });
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  const before = await page.getByRole("combobox", { name: "Role" }).count();
  await page.getByRole("button", { name: "Add an organisation" }).click();
  assert.equal(await page.getByRole("combobox", { name: "Role" }).count(), before + 1);
  await page.getByLabel("Description").fill("Saved without scripts.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.waitForURL(/done=/);
  assert.match(await page.locator("main").innerText(), /Saved without scripts/);
  await done(page);
});

test("what was typed survives the end of the session", async () => {
  const page = await onAction("donor@example.example", "example", "asset recovery seized", TITLE);
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  const draft = page.waitForResponse((answer) => answer.request().headers()["x-draft"] === "1");
  await page.getByLabel("Description").fill("Typed before the session ended.");
  assert.ok((await draft).ok(), "the draft is kept a moment after the last key");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.goto("/sign-in");
  await signIn(page, "donor@example.example");
  await page.goto("/example/actions?q=asset+recovery+seized");
  await page.locator("main").getByRole("link", { name: TITLE, exact: true }).first().click();
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  assert.equal(await page.getByLabel("Description").inputValue(), "Typed before the session ended.");
  await page.context().close();
});

test("one word without an end as a title widens neither list nor page", async () => {
  const page = await visitor(browser, portal);
  await signIn(page, "donor@example.example");
  await page.goto("/example/actions/new");
  const word = "Wasserschutzpolizeidienst".repeat(8);
  await page.locator("#title").fill(word);
  await page.locator("#description").fill(word);
  await page.locator("input[name=pillars][value=ns]").check();
  await page.locator("input[name=beneficiaries][value=ns]").check();
  await page.locator("form .end button.main").click();
  await page.waitForURL(/done=/);
  const record = new URL(page.url()).pathname.replace(/\/near$/, "");
  const look = async (page, path) => {
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      await page.goto(path);
      assert.match(await page.locator("main").innerText(), /Wasserschutzpolizei/, path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0, `${path} scrolls ${wide} px sideways at ${size.width}`);
    }
  };
  await look(page, record);
  await look(page, "/example/actions");
  // the home of the secretariat tells what is new
  const secretariat = await member(browser, portal, "support-group@example.example");
  await look(secretariat, "/example");
  await done(secretariat);
  await done(page);
});
