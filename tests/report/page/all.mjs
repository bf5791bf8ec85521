// all.mjs SCRIPT ARGUMENT… + SCRIPT ARGUMENT… …: the scripts one after another, in one browser.
import { runAll } from "./browser.mjs";

const scripts = [[]];
for (const argument of process.argv.slice(2)) {
  if (argument === "+")
    scripts.push([]);
  else
    scripts.at(-1).push(argument);
}
await runAll(scripts);
