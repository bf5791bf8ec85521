// What Markdown becomes, by marked with GitHub's extensions: markdown.mjs MODULES FILE.
// Lines "element NAME COUNT", "row CELLS" for each row of a table, "link TARGET", "open NAME" for
// what is not closed.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, file] = process.argv.slice(2)
const { marked } = await import(pathToFileURL(path.join(modules, 'marked/lib/marked.esm.js')))
const html = marked.parse(fs.readFileSync(file, 'utf8'), { gfm: true })

const elements = new Map()
const open = []
const empty = new Set(['br', 'hr', 'img', 'input'])
for (const [, slash, name] of html.replace(/<!-- pgstair -->/, '').matchAll(/<(\/?)([a-zA-Z!?][^\s/>]*)/g)) {
  const tag = name.toLowerCase()
  if (slash) {
    if (open.pop() !== tag) console.log(`open ${tag}`)
    continue
  }
  elements.set(tag, (elements.get(tag) ?? 0) + 1)
  if (!empty.has(tag)) open.push(tag)
}
for (const tag of open) console.log(`open ${tag}`)
for (const [name, count] of [...elements].sort()) console.log(`element ${name} ${count}`)
for (const [, target] of html.matchAll(/<a [^>]*href="([^"]*)"/g)) console.log(`link ${target}`)
for (const [row] of html.matchAll(/<tr>[\s\S]*?<\/tr>/g)) {
  console.log(`row ${[...row.matchAll(/<t[hd]/g)].length}`)
}
// Text outside of code: where forges look for mentions, references and addresses.
const prose = html.replace(/<code[\s\S]*?<\/code>/g, '').replace(/<[^>]*>/g, ' ')
for (const [found] of prose.matchAll(/@\w+|#\d+|![\d]+|\b[0-9a-f]{7,40}\b|https?:|www\.|&lt;/g)) {
  console.log(`prose ${found}`)
}
