// print.mjs PAGE PDF: prints as a reader would.
import { launch, open } from "./browser.mjs";

const [file, pdf] = process.argv.slice(2);
const browser = await launch();
const page = await open(browser, file);
await page.pdf({ path: pdf, format: "A4", timeout: 120000 });
await browser.close();
