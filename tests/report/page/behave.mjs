// behave.mjs PAGE TALL: what html.js does, on the page of sample_failing(): by mouse, keyboard and
// address; and that all is there without it.  TALL is test_html.c's page of many of each.
import { launch, open, check, equal } from "./browser.mjs";

const [file, tall] = process.argv.slice(2);
const browser = await launch();
const page = await open(browser, file);

const shown = (selector) => page.$$eval(selector, (elements) => elements.filter((element) => element.checkVisibility()).length);
const value = (selector) => page.$eval(selector, (element) => element.value);
const text = (selector) => page.$eval(selector, (element) => element.textContent);
const focused = () => page.evaluate(() => document.activeElement.id);
const settle = () => page.waitForFunction(() => new Promise((resolve) => setTimeout(() => resolve(true), 200)));

const total = await page.$$eval("#findings details.finding, #findings .rows > li", (elements) => elements.length);
const failed = await page.$$eval("#findings-failed > details", (elements) => elements.length);
check(failed > 0 && total > failed, "the sample has failed findings and others");

// Failures are open, what passed is folded.
equal(await page.$$eval("#findings-failed > details:not([open])", (elements) => elements.length), 0, "failures that are folded");
equal(await page.$$eval(".passed-group[open]", (elements) => elements.length), 0, "passed groups that are open");

// Keyboard: the first tab leads past the contents, "/" to the search, Escape out of the filter.
await page.keyboard.press("Tab");
equal(await page.evaluate(() => document.activeElement.className), "skip", "the first stop of the keyboard");
await page.keyboard.press("Enter");
equal(await focused(), "main", "where the skip link leads");
await page.keyboard.press("/");
equal(await focused(), "filter-text", "what / focuses");
await page.keyboard.type("Lifecycle_LANE exists");
await settle();
equal(await shown("#findings details.finding"), 1, "findings that have both words");
check((await text("#filter-count")).startsWith(`1 of ${total} `), `the count says ${await text("#filter-count")}`);
equal(await page.$eval("#filter-count", (element) => element.getAttribute("aria-live")), "polite", "how the count is announced");
check((await page.evaluate(() => location.hash)).includes("text=Lifecycle_LANE+exists"), "the address has the text");
await page.keyboard.press("Escape");
equal(await value("#filter-text"), "", "the text after Escape");
equal(await shown("#findings details.finding") + await page.$$eval(".rows > li:not([hidden])", (rows) => rows.length), total, "findings after Escape");
equal(await page.evaluate(() => location.hash), "", "the address after Escape");

// A filter without a result says so, and hides the headings as well.
await page.type("#filter-text", "no such word");
await settle();
equal(await shown("#findings section.group"), 0, "groups without a result");
check(/^0 of .*none matches$/.test(await text("#filter-count")), "the count of nothing");
await page.click("#filter-clear");
equal(await focused(), "filter-text", "the focus after Clear");

// Each list.
await page.select("#filter-status", "passed");
equal(await shown("#findings .rows > li"), await page.$$eval(".rows > li", (rows) => rows.length), "passed rows, unfolded by the filter");
equal(await shown("#findings details.finding"), 0, "others beside those that passed");
await page.select("#filter-group", "stairway");
equal(await shown("#findings .passed-group"), 1, "groups of the stairway");
await page.select("#filter-status", "");
const revision = await page.$eval("#filter-revision", (select) => select.options[select.options.length - 1].value);
await page.select("#filter-revision", revision);
const ofRevision = await page.$$eval(`[data-group=stairway][data-revision="${revision}"], [data-group=stairway] [data-revision="${revision}"]`, (elements) => elements.length);
equal(await shown("#findings details.finding") + await shown("#findings .rows > li"), ofRevision, "findings of a revision's stairway");
const hash = await page.evaluate(() => location.hash);
await page.click("#filter-clear");
equal(await page.$$eval(".passed-group[open]", (elements) => elements.length), 0, "groups that stay open without the filter");

// The address keeps the filter.
const again = await open(browser, file, { hash });
equal(await again.$eval("#filter-group", (element) => element.value), "stairway", "the group from the address");
equal(await again.$eval("#filter-revision", (element) => element.value), revision, "the revision from the address");
equal(await again.$$eval("#findings details.finding:not([hidden]), #findings .rows > li:not([hidden])", (elements) => elements.length), ofRevision, "findings by the address");
await again.close();

// An address that is no text leads nowhere, and is no error.
const odd = await open(browser, file, { hash: "#%E0%A4%A" });
await odd.close();

// A count of the verdict filters.
await page.click(".counts a[data-status=failed]");
equal(await value("#filter-status"), "failed", "the status after a click on the count");
equal(await shown("#findings details.finding"), failed, "failed findings");

// A link leads to what the filter hides and what folds.
const row = await page.$eval(".rows > li", (element) => element.id);
await page.evaluate((id) => { location.hash = "#" + id; }, row);
await settle();
equal(await shown(`#${row}`), 1, "the row that a link leads to");

// Folding by keyboard.
const fold = await page.$("details.step > summary");
await fold.focus();
const before = await page.$eval("details.step", (element) => element.open);
await page.keyboard.press("Enter");
equal(await page.$eval("details.step", (element) => element.open), !before, "a fold after Enter");

// Copying what reproduces a failure.
const session = await page.createCDPSession();
for (const name of ["clipboard-read", "clipboard-write"])
  await session.send("Browser.setPermission", { permission: { name }, setting: "granted" });
const button = await page.$(".copy-button");
check(button !== null, "there is a button that copies");
await button.focus();
await page.keyboard.press("Enter");
await page.waitForFunction((element) => element.textContent === "Copied", { timeout: 5000 }, button);
equal(await page.evaluate(() => navigator.clipboard.readText()), await text("pre.copy"), "what is copied");

// A requirement's id finds what serves it, though its row does not name it; a server's name is a list.
const many = await open(browser, tall);
await many.type("#filter-text", "canvas-10");
await many.waitForFunction(() => location.hash !== "");
const rows = await many.$$eval(".rows > li", (all) => all.filter((row) => row.checkVisibility()).map((row) => row.textContent));
check(rows.some((row) => row.includes("the stairs are walked") && !row.includes("CANVAS-10")), `rows that serve CANVAS-10: ${rows}`);
check(rows.every((row) => !row.includes("of no requirement")), "a row that serves no requirement");
await many.keyboard.press("Escape");
await many.select("#filter-server", "local:17");
equal(await many.$$eval("#findings details.finding, #findings .rows > li", (all) => all.filter((one) => !one.hidden).length), 1, "findings of one server");

// The stairway goes up, whatever is written on its steps.
for (const width of [1280, 390]) {
  await many.setViewport({ width, height: 900 });
  const edges = await many.$$eval(".stairs li", (steps) => steps.map((step) => step.getBoundingClientRect().top));
  check(edges.length > 10, "there are steps");
  check(edges.every((edge, index) => index === 0 || edge < edges[index - 1]), `steps at ${width} pixels: ${edges}`);
}
await many.close();

// Without the script all is there, and nothing pretends to work.
const plain = await open(browser, file, { javascript: false });
const gone = await plain.$$eval("#filter", (elements) => elements.filter((element) => element.checkVisibility()).length).catch(() => null);
if (gone !== null)
  equal(gone, 0, "the filter without a script");
await plain.close();
await browser.close();
