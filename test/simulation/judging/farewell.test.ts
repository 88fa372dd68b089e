import { expect, test } from 'vitest'
import { type DurationMs, epochMs, later, minutes, seconds } from '../../../shared/core/time.ts'
import { watchFarewells } from './farewell.ts'

/** @returns what is said against a request that is sent so long after somebody has left. */
function asked(after: DurationMs, signedIn?: 'before' | 'after'): readonly string[] {
  let now = epochMs(1_800_000_000_000)
  const found: string[] = []
  const farewell = watchFarewells({ now: () => now, violate: (what) => found.push(what) })
  const pass = (time: DurationMs) => {
    now = later(now, time)
  }
  if (signedIn === 'before') farewell.signsIn('anna')
  pass(minutes(10))
  farewell.left('anna')
  pass(seconds(1))
  if (signedIn === 'after') farewell.signsIn('anna')
  pass(after)
  farewell.sends('anna')
  farewell.sends('bo')
  return found
}

test('the mailbox of somebody who has left is left alone, but for what was under way', () => {
  expect(asked(minutes(4))).toEqual([])
  expect(asked(minutes(5))).toHaveLength(1)
  expect(asked(minutes(5), 'before')).toHaveLength(1)
})

test('whoever comes back is served', () => {
  expect(asked(minutes(60), 'after')).toEqual([])
})
