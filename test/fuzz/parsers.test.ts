import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ONCE_FAILED } from './parsers/corpus.ts'
import { explore, trouble } from './parsers/explore.ts'
import { TARGETS } from './parsers/targets.ts'

/** A few of the many that `npm run fuzz -- --target` tries. */
const COUNT = 150

test.each(TARGETS)('$name: $property', async (target) => {
  const { findings } = await explore(target, { seed: 1, count: COUNT })
  expect(findings).toEqual([])
})

test.each(ONCE_FAILED)('$target takes an input that broke it once: $because', async ({ target, input }) => {
  const found = TARGETS.find(({ name }) => name === target)
  expect(found && (await trouble(found, input))).toBeUndefined()
})

/** Parts of other parsers, which are tried with them. */
const INNER = ['parseJson', 'parseQuery']

test('every parser that we export is tried', () => {
  const textOf = (folder: string) => filesIn(folder).map((path) => readFileSync(path, 'utf8'))
  const names = textOf('shared').flatMap((text) =>
    [...text.matchAll(/^export (?:async )?(?:function|const) ((?:parse|decode)[A-Z]\w*)/gm)].map(
      ([, name]) => name ?? '',
    ),
  )
  const targets = textOf('test/fuzz/parsers/targets').join()
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !targets.includes(name) && !INNER.includes(name))).toEqual([])
})

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
