// shoot.mjs PAGE FOLDER: pictures of a page for eyes: 1280 and 390 pixels, light and dark, and its PDF.
import { basename, join } from "node:path";
import { launch, open } from "./browser.mjs";

const [file, folder, hash = ""] = process.argv.slice(2);
const HEIGHT = 3200;
const browser = await launch();
for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]]) {
  const page = await open(browser, file, { width, scheme, height: width === 390 ? 844 : 900, hash });
  const name = `${basename(file, ".html")}-${width}-${scheme}.png`;
  // What lies below the window is not laid out (content-visibility): a window as high as the picture.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewport({ width, height: Math.min(height, HEIGHT) });
  await page.screenshot({ path: join(folder, name), clip: { x: 0, y: 0, width, height: Math.min(height, HEIGHT) } });
  if (width === 1280 && scheme === "light")
    await page.pdf({ path: join(folder, `${basename(file, ".html")}.pdf`), format: "A4", timeout: 300000 });
  await page.close();
}
await browser.close();
