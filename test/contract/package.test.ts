import { readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildFunctions } from '../../infra/bundle/build.ts'
import { type BundleReport, reportOf, reportText } from '../../infra/bundle/report.ts'
import { packageApp } from '../../infra/package.ts'

let report: BundleReport
let zips: Uint8Array[]
const folders: string[] = []

async function build() {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  folders.push(folder)
  const metafile = await buildFunctions(folder)
  for (const name of ['package.json', 'host.json']) await copyFile(name, join(folder, name))
  return { metafile, zip: packageApp(folder) }
}

beforeAll(async () => {
  const builds = [await build(), await build()]
  report = reportOf((builds[0] as (typeof builds)[number]).metafile)
  zips = builds.map(({ zip }) => zip)
}, 240_000)

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

const files = () => unzipSync(zips[0] ?? new Uint8Array())
const textOf = (name: string) => Buffer.from(files()[name] ?? []).toString()

/** Registers hooks, and no function. */
const HOOKS = 'invocations.ts'

test('the same sources give the same package, byte for byte, in any folder', () => {
  expect(zips).toHaveLength(2)
  expect(Buffer.compare(zips[0] ?? Buffer.of(1), zips[1] ?? Buffer.of(2))).toBe(0)
})

test('the package is host.json, a package.json for the host and code, far below 10 MB', () => {
  const others = Object.keys(files()).filter((name) => !/^dist\/functions\/.*\.js$/.test(name))
  expect(others).toEqual(['host.json', 'package.json'])
  expect(Object.keys(JSON.parse(textOf('package.json')))).toEqual(['name', 'version', 'type', 'main'])
  expect(zips[0]?.length).toBeLessThan(2_000_000)
})

test('the host finds one file, which registers every function once, as its source says', () => {
  const { main } = JSON.parse(textOf('package.json')) as { main: string }
  expect(main).toBe('dist/functions/*.js')
  expect(Object.keys(files()).filter((name) => /^dist\/functions\/[^/]*\.js$/.test(name))).toEqual([
    'dist/functions/register.js',
  ])
  const registered = [
    ...textOf('dist/functions/register.js').matchAll(/\.app\.(?:http|timer|serviceBusQueue)\("([^"]+)"/g),
  ]
  const names = registered.map(([, name]) => name).sort()
  expect(names).toEqual(
    readdirSync('functions')
      .filter((file) => file !== HOOKS)
      .map((file) => file.slice(0, -3))
      .sort(),
  )
  for (const name of names) expect(readFileSync(`functions/${name}.ts`, 'utf8')).toContain(`('${name}', {`)
})

test('what runs around every function is registered with the host as well', () => {
  const hooks = [...textOf('dist/functions/register.js').matchAll(/\.app\.hook\.(\w+)\(/g)].map(([, name]) => name)
  expect(hooks.sort()).toEqual(['appTerminate', 'preInvocation'])
})

test('until every function is registered, nothing is loaded but the library of the host', () => {
  expect(report.start.map(({ name }) => name).sort()).toEqual([
    '@azure/functions',
    '@azure/functions-extensions-base',
    'cookie',
    'infra/bundle',
    'register.ts',
  ])
  expect(report.start.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(120_000)
})

test('a first call loads about a megabyte, and libraries of neighbours when they are needed', () => {
  for (const { bytes } of report.firstCalls) expect(bytes).toBeLessThan(1_200_000)
})

test('MSAL is in the bundle once, and what only operators need is not', () => {
  const names = report.lazy.map(({ name }) => name)
  expect(names.filter((name) => name.endsWith('msal-node'))).toEqual(['@azure/msal-node'])
  expect(names).not.toContain('@azure/identity')
  expect(report.copies.filter((name) => name.includes('msal'))).toEqual([])
})

test('the report names what is loaded at start and later, the largest first', () => {
  const text = reportText(report)
  expect(text.indexOf('loaded at start')).toBeLessThan(text.indexOf('loaded later'))
  const sizes = report.lazy.map(({ bytes }) => bytes)
  expect(sizes).toEqual([...sizes].sort((one, other) => other - one))
})

test('host.json is what version 4 of the host expects, with a current extension bundle', () => {
  const host = JSON.parse(textOf('host.json')) as Record<string, unknown>
  expect(host).toMatchObject({
    version: '2.0',
    functionTimeout: expect.stringMatching(/^00:\d\d:00$/),
    extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' },
    extensions: { http: { routePrefix: '' }, serviceBus: expect.anything() },
  })
  const known = ['version', 'logging', 'extensions', 'functionTimeout', 'extensionBundle', 'telemetryMode']
  expect(Object.keys(host).filter((name) => !known.includes(name))).toEqual([])
})
