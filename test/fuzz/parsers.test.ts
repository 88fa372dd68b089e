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
