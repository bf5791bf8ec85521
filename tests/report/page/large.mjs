// large.mjs PAGE SECONDS: a page of 20,000 findings is opened, filtered and cleared in time.
import { launch, open, check, equal } from "./browser.mjs";

const [file, seconds] = process.argv.slice(2);
const browser = await launch();
let begin = performance.now();
const page = await open(browser, file);
await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
const opened = (performance.now() - begin) / 1000;
begin = performance.now();
const total = await page.evaluate(() => {
  const text = document.getElementById("filter-text");
  text.value = "no such word";
  text.dispatchEvent(new Event("change", { bubbles: true }));
  return document.getElementById("filter-count").textContent;
});
const filtered = (performance.now() - begin) / 1000;
check(total.startsWith("0 of "), total);
console.log(`opened in ${opened.toFixed(2)} s, filtered in ${filtered.toFixed(2)} s`);
check(opened < Number(seconds), `opening took ${opened} s`);
check(filtered < Number(seconds), `filtering took ${filtered} s`);
equal(await page.$$eval("#findings .rows > li:not([hidden])", (rows) => rows.length), 0, "rows that stay");

// A link to what lies deep in the page ends there, although nothing above it was laid out before.
const deep = await open(browser, file, { hash: "#f15000" });
await deep.waitForFunction(() => {
  const { top } = document.getElementById("f15000").getBoundingClientRect();
  const still = top === window.lastTop;
  window.lastTop = top;
  return still && top >= 0 && top < innerHeight / 2;
}, { polling: 200, timeout: Number(seconds) * 1000 }).catch(() => {});
const top = await deep.$eval("#f15000", (element) => element.getBoundingClientRect().top);
check(top >= 0 && top < 450, `a link leads to ${top} pixels from the window's top`);
await browser.close();
