import { expect, test } from 'vitest'
import { systemRandom } from '../../../shared/core/random.ts'

test.each([0, 1, 4, 7, 8, 9, 16, 32])('%i bytes are as many as were asked for, time after time', (length) => {
  for (let draw = 0; draw < 300; draw++) expect(systemRandom.bytes(length)).toHaveLength(length)
})

test.each([6, 8, 16])('no two draws of %i bytes are equal, whatever is drawn between them', (length) => {
  const drawn = Array.from({ length: 2_000 }, (_, draw) => {
    systemRandom.bytes(draw % 9)
    return Buffer.from(systemRandom.bytes(length)).toString('hex')
  })
  expect(new Set(drawn).size).toBe(drawn.length)
})

test('what is written into a draw is in no other', () => {
  for (let draw = 0; draw < 300; draw++) systemRandom.bytes(8).fill(0)
  const drawn = Array.from({ length: 300 }, () => systemRandom.bytes(8))
  for (const bytes of drawn) bytes.fill(0)
  expect(
    Array.from({ length: 300 }, () => systemRandom.bytes(8)).every((bytes) => bytes.some((byte) => byte !== 0)),
  ).toBe(true)
})
