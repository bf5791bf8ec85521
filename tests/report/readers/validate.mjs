// All files of a folder against a JSON Schema, by ajv: validate.mjs MODULES SCHEMA FOLDER
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const [modules, schemaFile, folder] = process.argv.slice(2)
const require = createRequire(modules + '/')
const Ajv = require('ajv/dist/2020').default
const addFormats = require('ajv-formats').default

const schema = JSON.parse(fs.readFileSync(schemaFile, 'utf8'))
// SARIF's schema says by "format" what it does not define.
const ajv = new Ajv({ strict: false, allErrors: true })
addFormats(ajv)
const validate = ajv.compile(schema)
const files = fs.readdirSync(folder)
let failed = files.length === 0
for (const file of files) {
  if (validate(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')))) continue
  failed = true
  for (const error of validate.errors.slice(0, 10)) {
    console.log(`${file}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)
  }
}
process.exit(failed ? 1 : 0)
