// hostile.mjs PAGE RECORD: what the record's findings say stands on the page as text, letter by
// letter, and none of it runs or leaves its place.
import { readFileSync } from "node:fs";
import { launch, open, check, equal } from "./browser.mjs";

const [file, record] = process.argv.slice(2);
const browser = await launch();
const page = await open(browser, file);
const missing = await page.evaluate((xml) => {
  const document_ = new DOMParser().parseFromString(xml, "application/xml");
  const missing = [];
  const texts = (element) => Array.from(element.querySelectorAll("bdi, pre, dd, p"), (one) => one.textContent);
  Array.from(document_.querySelectorAll("pgstair-record > finding")).forEach((finding, index) => {
    const element = document.getElementById("f" + (index + 1));
    const here = element === null ? [] : texts(element);
    const wanted = [...finding.children].filter((child) => !["plan", "requirement"].includes(child.localName)).map((child) => [child.localName, child.textContent]);
    if (finding.getAttribute("status") !== "passed")
      wanted.push(...["object", "file"].filter((name) => finding.hasAttribute(name)).map((name) => [name, finding.getAttribute(name)]));
    for (const [name, text] of wanted)
      if (!here.includes(text))
        missing.push(`f${index + 1}: ${name}: ${text.slice(0, 100)} (${text.length})`);
  });
  return { missing, count: document_.querySelectorAll("pgstair-record > finding").length };
}, readFileSync(record, "utf8"));
check(missing.count > 10, "the record has findings");
equal(missing.missing.join("\n"), "", "what is not on the page as it is in the record");
equal(await page.evaluate(() => window.pwned), undefined, "window.pwned");
equal(await page.$$eval("script", (scripts) => scripts.length), 1, "scripts");
equal(await page.$$eval("img, iframe, object, embed, base, link", (elements) => elements.length), 0, "elements that load");
equal(await page.$$eval("*", (elements) => elements.filter((element) =>
  [...element.attributes].some(({ name, value }) => name.startsWith("on") || name === "style" || /^\s*javascript:/i.test(value) && name === "href")).length), 0,
"elements with handlers or styles");
equal(await page.$$eval("a[href]", (links) => links.filter((link) => !link.getAttribute("href").startsWith("#")).length), 0, "links that lead away");

// A sign that turns the direction stays in its own element: each text from outside is isolated.
const turned = await page.evaluate(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const loose = [];
  while (walker.nextNode()) {
    const { nodeValue, parentElement } = walker.currentNode;
    if (!/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u05d0-\u06ff]/.test(nodeValue) || parentElement.closest("script, style, option"))
      continue;
    const holder = parentElement.closest("bdi, code, [dir=auto], [dir=ltr], svg");
    if (holder === null || !(holder.tagName === "svg" || /isolate|plaintext/.test(getComputedStyle(holder).unicodeBidi)))
      loose.push(parentElement.outerHTML.slice(0, 200));
  }
  return loose;
});
equal(turned.join("\n"), "", "texts that are not isolated");
await browser.close();
