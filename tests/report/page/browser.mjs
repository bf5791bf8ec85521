// What the page's tests share: npm's packages from where ci/install-tools puts them, and Chromium.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { resolve, join } from "node:path";

export const requireTool = createRequire(join(resolve(process.env.PGSTAIR_MODULES), "x.js"));

// What several scripts in one process share (all.mjs): a browser takes a second to start.
const session = { browser: null, script: "" };

export function fail(message) {
  console.error(session.script + message);
  process.exitCode = 1;
}

export function check(condition, message) {
  if (!condition)
    fail(message);
}

export function equal(actual, expected, what) {
  check(Object.is(actual, expected), `${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

export async function launch() {
  return session.browser ?? start();
}

async function start() {
  const puppeteer = requireTool("puppeteer-core");
  return puppeteer.launch({
    executablePath: process.env.PGSTAIR_CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
    timeout: 60000,
  });
}

// Runs the scripts in one browser, each as if it were alone: [["print.mjs", "page.html"], …].
export async function runAll(scripts) {
  const browser = await start();
  const close = browser.close.bind(browser);
  session.browser = browser;
  browser.close = async () => {
    for (const page of (await browser.pages()).slice(1))
      await page.close();
  };
  for (const [script, ...parameters] of scripts) {
    session.script = script + ": ";
    const begin = performance.now();
    process.argv.splice(2, Infinity, ...parameters);
    try {
      await import("./" + script);
    } catch (error) {
      fail(error.stack);
    }
    await browser.close();
    console.log(`${script} took ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  }
  await close();
}

// Without motion: a click must not meet a page that is still scrolling.
export async function paint(page, scheme) {
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
}

// Opens a file.  Whatever the page asks for but itself, and whatever its policy stops or a script
// throws, is a failure.
export async function open(browser, file, { width = 1280, height = 900, scheme = "light", javascript = true, hash = "" } = {}) {
  const page = await browser.newPage();
  const address = pathToFileURL(resolve(file)).href;
  await page.setJavaScriptEnabled(javascript);
  await page.setViewport({ width, height });
  await paint(page, scheme);
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const wanted = request.url().split("#")[0] === address;
    check(wanted, `the page asks for ${request.url()}`);
    if (wanted)
      request.continue();
    else
      request.abort();
  });
  page.on("console", (message) => {
    if (message.type() === "error" || /Content Security Policy/.test(message.text()))
      fail(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => fail(`a script throws: ${error.message}`));
  page.on("dialog", async (dialog) => {
    fail(`a dialog opens: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.goto(address + hash, { waitUntil: "load", timeout: 60000 });
  return page;
}
