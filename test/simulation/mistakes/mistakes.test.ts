import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { applyTo } from '../run/bundle.ts'
import type { Mistake } from './mistake.ts'
import { MISTAKES } from './mistakes.ts'
import { searchAll } from './search.ts'

const MINUTE = 60_000

test('there are at least 25 mistakes, and each has a name of its own', () => {
  const names = new Set(MISTAKES.map(({ name }) => name))
  expect(names.size).toBe(MISTAKES.length)
  expect(names.size).toBeGreaterThanOrEqual(25)
})

test.each(MISTAKES)('the sources are still such that this mistake can be made: $name', ({ patches }) => {
  for (const patch of patches) {
    const source = readFileSync(patch.file, 'utf8')
    expect(applyTo(source, patch)).not.toBe(source)
  }
})

/** Of the whole list, which `npm run self-test` goes through, those that a world finds quickly. */
const QUICK: readonly string[] = [
  'G2: an event that says what it said before counts as changed',
  'G5: an occurrence that a series no longer has is kept, because it has no tombstone',
  'G1: what an integrator only repeats counts as its wish',
]

test(
  'the simulation finds mistakes within 40 worlds of the one that found them, and because of them',
  async () => {
    const mistakes = MISTAKES.filter(({ name }) => QUICK.includes(name))
    const searches = await searchAll(mistakes, { workers: 2, most: 40 })
    expect(searches.flatMap(({ mistake, by }) => (by === undefined ? mistake.name : []))).toEqual([])
    expect(searches).toHaveLength(QUICK.length)
  },
  5 * MINUTE,
)

test(
  'a change that is no mistake is not found',
  async () => {
    const patches = [{ file: 'shared/pull/guard.ts', search: 'const MANY = 50', replace: 'const MANY = 49 + 1' }]
    const harmless: Mistake = { name: 'the same in other words', patches, found: /./, seed: 1, worlds: 'readers' }
    expect(await searchAll([harmless], { workers: 1, most: 1 })).toEqual([{ mistake: harmless, worlds: 1 }])
  },
  MINUTE,
)
