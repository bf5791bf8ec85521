// What a reader of JUnit makes of a file: junit.mjs MODULES READER FILE.
// Lines "status⇥suite⇥name⇥seconds⇥text", status passed, failed, error or skipped.
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [modules, reader, file] = process.argv.slice(2)
const require = createRequire(modules + '/')
const load = (name) => import(pathToFileURL(path.join(modules, name)))
const text = fs.readFileSync(file, 'utf8')

// A name that looks like a number is one to some of them; so is "true".
const say = (status, suite, name, seconds, message) =>
  console.log([status, suite, name, Number(seconds).toFixed(6), message ?? '']
    .map((part) => String(part).replace(/[ \t\r\n\v\f]+/g, " ").trim()).join('\t'))

const readers = {
  async junit2json() {
    const { parse } = await load('junit2json/dist/esm/index.js')
    const report = await parse(text)
    for (const suite of report.testsuite ?? []) {
      for (const test of suite.testcase ?? []) {
        const [status, told] = test.failure ? ['failed', test.failure[0]]
          : test.error ? ['error', test.error[0]]
          : test.skipped ? ['skipped', test.skipped[0]] : ['passed', {}]
        say(status, suite.name, test.name, test.time, told.message)
      }
    }
  },

  async 'test-results-parser'() {
    const statuses = { PASS: 'passed', FAIL: 'failed', ERROR: 'error', SKIP: 'skipped' }
    const report = require('test-results-parser').parse({ type: 'junit', files: [file] })
    for (const suite of report.suites) {
      for (const test of suite.cases) {
        say(statuses[test.status] ?? test.status, suite.name, test.name, test.duration / 1000,
          test.failure)
      }
    }
  },

  async 'xunit-viewer'() {
    const { default: getSuites } = await load('xunit-viewer/src/cli/get-suites.js')
    const { default: Logger } = await load('xunit-viewer/src/cli/logger.js')
    const { suites } = await getSuites(Logger(true), [{ file, contents: text }])
    const statuses = { failure: 'failed' }
    for (const suite of Object.values(suites)) {
      for (const test of Object.values(suite.tests)) {
        say(statuses[test.status] ?? test.status, suite.name, test.name, test.time,
          test.messages[1])
      }
    }
  },
}
await readers[reader]()
