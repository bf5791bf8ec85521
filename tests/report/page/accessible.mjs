// accessible.mjs PAGE…: axe-core finds nothing, in light and dark, on a desk and on a phone; and no
// page is wider than its window.
import { requireTool, launch, open, paint, check, fail } from "./browser.mjs";

const axe = requireTool("axe-core").source;
const browser = await launch();

async function look(page, where, options) {
  const { violations, passes } = await page.evaluate((given) => axe.run(document, { resultTypes: ["violations"], ...given }), options);
  check(passes.length > 0, `${where}: axe-core looked at nothing`);
  for (const { id, impact, help, nodes } of violations)
    fail(`${where}: ${id} (${impact}): ${help}: ${nodes.length} times: ${nodes[0].html.slice(0, 300)} ${nodes[0].failureSummary}`);
}

for (const file of process.argv.slice(2)) {
  for (const width of [1280, 390]) {
    const page = await open(browser, file, { width });
    await page.evaluate(() => {
      // What is folded is looked at as well.
      for (const details of Array.from(document.querySelectorAll("details")).slice(0, 400))
        details.open = true;
    });
    const [wide, most] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    check(wide <= most, `${file}: the page is ${wide} pixels wide in a window of ${most}`);
    await page.evaluate(axe);
    await look(page, `${file}, ${width}, light`, {});
    // The dark page differs in nothing but its colours.
    await paint(page, "dark");
    await look(page, `${file}, ${width}, dark`, { runOnly: ["color-contrast"] });
    await page.close();
  }
}
await browser.close();
