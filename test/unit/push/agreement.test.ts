import { expect, test } from 'vitest'
import { agreementKeyOf, creationOf, markerOf } from '../../../shared/push/agreement.ts'
import { KEY } from '../../support/push.ts'

test('a marker names the agreement and which creation it is, and any other text names none', () => {
  expect(creationOf(markerOf({ key: KEY, generation: 3 }))).toEqual({ key: KEY, generation: 3 })
  expect(agreementKeyOf(`${KEY}.3`)).toBe(KEY)
  for (const other of [undefined, '', KEY, `${KEY}.x`, `x${KEY}.1`, `${KEY}.1x`, `${KEY}.1234567890`]) {
    expect(creationOf(other)).toBeUndefined()
    expect(agreementKeyOf(other)).toBeUndefined()
  }
})
