// A portal of its own for the journeys: the demo on a free port with a folder that goes away, and a browser.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, chmod } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

export const PASSWORD = "concert-demo";

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts the demo; `stop` ends it and removes its folder. */
export async function startPortal() {
  const program = process.env.CONCERT_BIN;
  if (!program) throw new Error("CONCERT_BIN names the program to run; scripts/test sets it");
  const folder = await mkdtemp(join(tmpdir(), "concert-journey-"));
  await chmod(folder, 0o755); // the database runs as another user when we are root
  const port = await freePort();
  const child = spawn(program, ["demo", "--port", String(port), "--data", join(folder, "d")], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, RUST_LOG: "warn" },
  });
  let said = "";
  const ready = new Promise((done, fail) => {
    const listen = (chunk) => {
      said += chunk;
      if (said.includes("Ready after")) done();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (code) => fail(new Error(`the demo ended with ${code}:\n${said}`)));
    setTimeout(() => fail(new Error(`the demo is not ready after two minutes:\n${said}`)), 120_000).unref();
  });
  await ready;
  const address = `http://127.0.0.1:${port}`;
  return {
    address,
    folder: join(folder, "d"),
    log: () => said,
    async stop() {
      child.removeAllListeners("exit");
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same engine without and with the rest of a browser around it; without, a page takes half the time. Looked for where
 *  scripts/setup looks. */
const ENGINES = ["chromium-headless-shell", "chromium"];
const FOLDERS = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
const engine = () => ENGINES.flatMap((name) => FOLDERS.map((folder) => join(folder, name))).find(existsSync);

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || engine(),
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** A new visitor; what the page's own code gets wrong fails the journey. */
export async function visitor(browser, portal, { viewport = WIDE, colorScheme = "light", scripts = true, storageState } = {}) {
  const context = await browser.newContext({ baseURL: portal.address, viewport, colorScheme, javaScriptEnabled: scripts, reducedMotion: "reduce", storageState });
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => {
    // an answer of 4xx is reported by the browser too; journeys ask for some on purpose
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) page.faults.push(message.text());
  });
  return page;
}

/** Signs in through the form, as a person would. */
export async function signIn(page, email, password = PASSWORD) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.locator("main").getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

const sessions = new Map();
/** A member with a browser of their own, at home. Who comes again to the same portal goes on with the session of the first time. */
export async function member(browser, portal, email, options = {}) {
  const who = `${portal.address} ${email}`;
  const known = sessions.get(who);
  const page = await visitor(browser, portal, { ...options, storageState: known?.cookies });
  if (known) {
    await page.goto(known.home);
  } else {
    await signIn(page, email);
    sessions.set(who, { home: new URL(page.url()).pathname, cookies: await page.context().storageState() });
  }
  return page;
}
