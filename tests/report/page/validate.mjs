// validate.mjs PAGE…: html-validate finds nothing.
import { requireTool, fail } from "./browser.mjs";

const { HtmlValidate } = requireTool("html-validate");
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Style alone, and libxml2's way to write: open="open".
    "attribute-boolean-style": "off",
    // Texts of the record keep the spaces that they have.
    "no-trailing-whitespace": "off",
    // It counts what is escaped: &lt; as four.
    "long-title": "off",
  },
});
for (const file of process.argv.slice(2)) {
  const report = await validator.validateFile(file);
  const messages = report.results.flatMap((result) => result.messages);
  for (const { ruleId, message, line, column } of messages.slice(0, 10))
    fail(`${file}:${line}:${column}: ${ruleId}: ${message}`);
}
