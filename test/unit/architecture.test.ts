import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { IDENTITY_SETTINGS, Settings } from '../../shared/config.ts'
import { FAILURES } from '../../shared/core/errors.ts'

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => /\.ts$/.test(name))

const product = [...files('functions'), ...files('shared')]
const text = (file: string): string => readFileSync(file, 'utf8')
const withoutComments = (file: string): string => text(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
const matching = (pattern: RegExp, among: readonly string[]): string[] =>
  among.filter((file) => pattern.test(withoutComments(file)))

/** The files a file imports, as paths from the root; packages as they are named. */
const imports = (file: string): string[] =>
  [...text(file).matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name = '']) =>
    name.startsWith('.') ? join(file, '..', name).replaceAll('\\', '/') : name,
  )

const importing = (among: readonly string[], forbidden: RegExp): string[] =>
  among.flatMap((file) =>
    imports(file)
      .filter((name) => forbidden.test(name))
      .map((name) => `${file} -> ${name}`),
  )

test('settings are read in one file', () => {
  expect(matching(/process\.env|from 'node:process'/, product)).toEqual(['shared/config.ts'])
})

test('time, waiting and chance enter in shared/core only', () => {
  const impure = /Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|setTimeout\(|setInterval\(|randomBytes\(/
  expect(matching(impure, product).sort()).toEqual(['shared/core/random.ts', 'shared/core/time.ts'])
})

test('W1: what a stranger presents is compared with a secret in constant time', () => {
  const compares =
    /(?:\b(?:given|presented|mac)\)? *[=!]==(?! ?(?:''|undefined|name\b)))|(?:[=!]== *(?:mac|sealed|sha256)\()/
  expect(matching(compares, product)).toEqual([])
  expect(text('shared/pull/client-state.ts')).toContain('equal(given, mac(account, calendar))')
  expect(text('shared/service/visits.ts')).toContain('equal: sameText')
  expect(text('shared/crypto/same-text.ts')).toContain('timingSafeEqual(first, second)')
})

test('core imports nothing of ours', () => {
  expect(importing(files('shared/core'), /^shared\/(?!core)/)).toEqual([])
})

test('events import core only, the pull core and events, the push those and the pull', () => {
  expect(importing(files('shared/events'), /^shared\/(?!core|events)/)).toEqual([])
  expect(importing(files('shared/pull'), /^shared\/(?!core|events|pull)/)).toEqual([])
  expect(importing(files('shared/push'), /^shared\/(?!core|events|pull|push)/)).toEqual([])
})

test('deciding does no IO', () => {
  expect(
    importing(
      [...files('shared/events'), ...files('shared/pull'), ...files('shared/push')],
      /^(@azure|@microsoft|node:)/,
    ),
  ).toEqual([])
})

test('a trigger imports the library, the composition root and the edge of HTTP or of the queue, and is short', () => {
  const allowed = /^(@azure\/functions|shared\/(app|dependencies|core\/time|messaging\/enqueued-at)\.ts|shared\/api\/)/
  const strangers = files('functions').flatMap((file) => imports(file).filter((name) => !allowed.test(name)))
  expect(strangers).toEqual([])
  expect(files('functions').filter((file) => text(file).split('\n').length > 30)).toEqual([])
})

test('the product imports neither the stand-ins nor the tests', () => {
  // The alerts are written down once, for Azure and for the product; the runbook once, for the repository and its page.
  expect(importing(product, /^(infra|test)\//).sort()).toEqual([
    'shared/api/operations/runbook-page.ts -> infra/RUNBOOK.md',
    'shared/operations/alerts.ts -> infra/alerts.json',
  ])
})

test('nothing but the composition, the store and the operators’ page knows how measurements are kept', () => {
  const among = product.filter(
    (file) => !/^shared\/(telemetry|operations|storage|service|app\.ts|api\/operations)/.test(file),
  )
  expect(importing(among, /^shared\/(telemetry|operations)\//)).toEqual([])
})

test('no file of the product or the stand-ins has more than 300 lines', () => {
  const long = [...product, ...files('infra')].filter((file) => text(file).split('\n').length > 300)
  expect(long).toEqual([])
})

test('no check is skipped, and no error is swallowed', () => {
  const tests = files('test').filter((file) => !file.endsWith('architecture.test.ts'))
  expect(matching(/\b(test|it|describe)\.(skip|only|todo|skipIf)\b|vi\.mock\(/, tests)).toEqual([])
  expect(matching(/catch\s*(\(\w*\))?\s*\{\s*\}/, [...product, ...files('infra'), ...tests])).toEqual([])
})

test('the settings example lists exactly what the service reads on this machine, and what the host needs', () => {
  const example = JSON.parse(text('local.settings.example.json')) as { Values: Record<string, string> }
  const ofHost = ['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsStorage']
  const inAzure: readonly string[] = IDENTITY_SETTINGS
  const read = Object.keys(Settings.shape).filter((name) => !inAzure.includes(name))
  expect(Object.keys(example.Values).sort()).toEqual([...ofHost, ...read].sort())
  expect(Settings.safeParse(example.Values).success).toBe(true)
})

test('every failure is thrown somewhere', () => {
  const all = product.map(text).join('\n')
  const unused = Object.keys(FAILURES).filter((code) => all.split(`'${code}'`).length < 2)
  expect(unused).toEqual([])
})
