import { expect, test } from 'vitest'
import { createPassingClock } from '../../infra/local/passing-clock.ts'
import { elapsed, hours, minutes, seconds } from '../../shared/core/time.ts'

test('time that is made to pass is over for everybody who waits for it, and for nobody else', async () => {
  const clock = createPassingClock()
  const from = clock.now()
  const woken: string[] = []
  void clock.sleep(minutes(59)).then(() => woken.push('59 minutes'))
  void clock.sleep(minutes(61)).then(() => woken.push('61 minutes'))
  clock.pass(hours(1))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(woken).toEqual(['59 minutes'])
  expect(elapsed(from, clock.now())).toBeGreaterThanOrEqual(hours(1))
  expect(elapsed(from, clock.now())).toBeLessThan(hours(1) + seconds(5))
})
