import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FAILURES } from '../../shared/core/errors.ts'
import { ALERTS } from '../../shared/operations/alerts.ts'

const runbook = readFileSync('infra/RUNBOOK.md', 'utf8')

/** The part under a heading of the first level. */
const part = (title: string): string => runbook.split(/^# /m).find((text) => text.startsWith(`${title}\n`)) ?? ''

const rows = (text: string): string[] => [...text.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name).sort()

const sources = ['functions', 'shared'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8')),
)

/** Events whose level is, or may be, error: every call that does not name another level. */
const errorEvents = (): string[] => {
  const calls = sources.flatMap((text) => [...text.matchAll(/\b(?:log|processLog)\(\s*([^,]+),\s*'([\w-]+)'/g)])
  const may = calls.filter(([, level = '']) => !/^'(debug|info|warn)'$/.test(level))
  return [...new Set(may.map(([, , name = '']) => name))].sort()
}

test('the runbook has a section for every alert, and for no other', () => {
  const sections = [...part('Alerts').matchAll(/^## (.+)$/gm)].map(([, name]) => name)
  expect(sections.sort()).toEqual(ALERTS.map(({ name }) => name).sort())
})

test('the runbook explains every failure code once, and no other', () => {
  expect(rows(part('Failure codes'))).toEqual(Object.keys(FAILURES).sort())
})

test('the runbook explains every event that is logged as an error, and no other', () => {
  expect(errorEvents()).toContain('request-failed')
  expect(rows(part('Lines of the log'))).toEqual(errorEvents())
})

test('commands that the runbook names exist', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const named = [...runbook.matchAll(/npm run ([\w-]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})
