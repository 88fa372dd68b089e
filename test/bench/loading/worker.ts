import { readdirSync, readFileSync } from 'node:fs'
import Module from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// What the Functions Node worker does between its start and "every function is registered", and nothing else: provides
// the module `@azure/functions-core` by `require`, and imports the files of `main` one after the other. It is compiled and
// run as a process of its own, with the folder of the built app.
const [, , directory = ''] = process.argv
const disposable = { dispose: () => undefined }
let functions = 0
let model: unknown
const core = {
  version: '3.10.0',
  hostVersion: '4.0.0',
  registerFunction: () => {
    functions++
    return disposable
  },
  registerHook: () => disposable,
  setProgrammingModel: (given: unknown) => {
    model = given
  },
  getProgrammingModel: () => model,
  log: () => undefined,
  Disposable: class {},
}
const { prototype } = Module as unknown as { prototype: { require: (name: string) => unknown } }
const { require: original } = prototype
prototype.require = function (this: unknown, name: string) {
  return name === '@azure/functions-core' ? core : original.call(this, name)
}

const { main } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { main: string }
const folder = join(directory, main.slice(0, main.lastIndexOf('/')))
const began = performance.now()
for (const file of readdirSync(folder).sort())
  if (file.endsWith('.js')) await import(pathToFileURL(join(folder, file)).href)
const ended = performance.now()
const heap = process.memoryUsage().heapUsed
// Nothing is left to do once all that is loaded ahead is there.
process.once('beforeExit', () => {
  const readyMs = performance.now()
  console.log(JSON.stringify({ functions, loadMs: ended - began, startMs: ended, readyMs, heap }))
})
