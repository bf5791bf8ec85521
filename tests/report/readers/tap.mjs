// What tap-parser makes of a file: tap.mjs MODULES FILE.  A line for each test point,
// "pass|fail|skip|todo⇥description", then "total COUNT" and "error …" for what it complains about.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, file] = process.argv.slice(2)
const { Parser } = await import(pathToFileURL(path.join(modules, 'tap-parser/dist/esm/index.js')))
const parser = new Parser((results) => {
  console.log(`total ${results.count}`)
  for (const failure of results.failures) {
    if (failure.tapError) console.log(`error ${failure.tapError}`)
  }
})
parser.on('assert', (test) => {
  const status = test.skip ? 'skip' : test.todo ? 'todo' : test.ok ? 'pass' : 'fail'
  console.log(`${status}\t${test.name}`)
})
parser.on('extra', (line) => console.log(`error not understood: ${line.trimEnd()}`))
parser.end(fs.readFileSync(file))
