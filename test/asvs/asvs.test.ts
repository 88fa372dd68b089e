import { expect, test } from 'vitest'
import { withoutTest } from '../support/proof.ts'
import { CHAPTERS, REQUIREMENTS } from './requirements.ts'

test('each requirement stands in the table once, in order, under an id of the standard', () => {
  const ids = REQUIREMENTS.map(({ id }) => id)
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  expect(ids.filter((id) => !/^(?:[1-9]|1[0-6])\.[1-8]\.(?:[1-9]|1[0-2])$/.test(id))).toEqual([])
  expect(ids).toEqual([...ids].sort(byNumber))
})

test('every chapter that is about something we have is in the table', () => {
  const chapters = new Set(REQUIREMENTS.map(({ id }) => Number(id.split('.')[0])))
  expect([...chapters]).toEqual(Object.keys(CHAPTERS).map(Number))
})

/** Counted in the standard's own list: requirements of levels 1 and 2 by chapter. */
const LEVELS_1_AND_2 = {
  ...{ 1: 27, 2: 11, 3: 19, 4: 10, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14 },
  ...{ 12: 9, 13: 13, 14: 9, 15: 13, 16: 16 },
}

test('no requirement of levels 1 and 2 is left out', () => {
  const counts: Record<string, number> = {}
  for (const { id } of REQUIREMENTS) counts[id.split('.')[0] ?? ''] = (counts[id.split('.')[0] ?? ''] ?? 0) + 1
  expect(counts).toEqual(LEVELS_1_AND_2)
})

test('every test that the table names is there', () => {
  expect(withoutTest(REQUIREMENTS.flatMap((one) => (one.verdict === 'tested' ? [one] : [])))).toEqual([])
})

test('a test that is not there is noticed', () => {
  const proofs = [
    { file: 'asvs/asvs.test.ts', name: 'a test that is not there is noticed' },
    { file: 'asvs/asvs.test.ts', name: 'a test that is not there is' },
    { file: 'asvs/nothing.test.ts', name: 'x' },
  ]
  expect(withoutTest(proofs)).toEqual(['asvs/asvs.test.ts: a test that is not there is', 'asvs/nothing.test.ts: x'])
})

function byNumber(one: string, other: string): number {
  const [a = [], b = []] = [one, other].map((id) => id.split('.').map(Number))
  return a.map((number, at) => number - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0
}
