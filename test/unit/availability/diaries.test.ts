import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { type DiaryDependencies, readDiary } from '../../../shared/api/availability/diaries.ts'
import { type DurationMs, epochMs } from '../../../shared/core/time.ts'
import type { AccountState } from '../../../shared/storage/accounts/accounts.ts'
import type { EventRow } from '../../../shared/storage/accounts/kinds.ts'
import { content, times } from '../../support/push.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const SLICES = 6
const PER_SLICE = 20
const NO_TIME = 0 as DurationMs
const { start, end } = times()

/** An event with a long description, which is seen to go. */
function long(number: number, seen: WeakRef<object>[]): EventRow {
  const event = {
    ...content({ description: 'x'.repeat(1_000) }),
    providerId: `${number}`,
    etag: '',
    kind: 'single' as const,
  }
  seen.push(new WeakRef(event))
  return { calendar: 'calendar', key: `k${number}`, deleted: false, moved: false, modifiedAt: epochMs(0), event }
}

test('a diary keeps the times of what it has read, and no more than two slices of events', async () => {
  const seen: WeakRef<object>[] = []
  const held: number[] = []
  const asked: (number | undefined)[] = []
  const dependencies = {
    accounts: {
      state: async () =>
        ({
          head: { state: 'active', connectedAt: epochMs(0), settledActions: 0 },
          calendars: [{ key: 'calendar', deleted: false }],
          hasPending: false,
        }) as unknown as AccountState,
    },
    events: {
      async between({ after, mostBytes }: { after: string; mostBytes?: number }) {
        await setImmediate()
        collect()
        held.push(seen.filter((one) => one.deref() !== undefined).length)
        asked.push(mostBytes)
        const slice = Number(after.slice(1) || 0)
        const events = Array.from({ length: PER_SLICE }, (_, at) => long(slice * PER_SLICE + at, seen))
        return { events, end: slice + 1 < SLICES ? `k${slice + 1}` : undefined }
      },
    },
    blind: { token: () => '', mac: () => new Uint8Array() },
    windowDays: { past: 42, future: 201 },
  } as unknown as DiaryDependencies
  const diary = await readDiary(dependencies, {
    ...{ account: 'acc', integrator: 'sample', zone: undefined, buffer: { before: NO_TIME, after: NO_TIME } },
    within: [{ from: start.at, to: end.at }],
  })
  expect(diary?.busyIn(new Set(['calendar']))).toHaveLength(SLICES * PER_SLICE)
  expect(diary?.busyIn(new Set(['calendar']))[0]).toEqual({ from: start.at, to: end.at })
  expect(Math.max(...held)).toBeLessThanOrEqual(2 * PER_SLICE)
  expect(new Set(asked)).toEqual(new Set([4 * 1024 * 1024]))
})
