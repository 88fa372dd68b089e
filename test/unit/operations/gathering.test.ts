import { expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { type DurationMs, days, epochMs, hours, minutes } from '../../../shared/core/time.ts'
import { createCollector } from '../../../shared/operations/collector.ts'
import { createOperations } from '../../../shared/operations/operations.ts'
import { createOperationsStore } from '../../../shared/storage/operations.ts'
import type { Tables } from '../../../shared/storage/table.ts'
import { manualClock, seededRandom } from '../../support/graph-stand-in.ts'
import { createMemoryTables } from '../../support/memory-tables.ts'

const clock = manualClock(epochMs(Date.parse('2026-11-20T08:00:30Z')))
let seed = 1

/** One instance over these tables. */
function start(tables: Tables) {
  const collector = createCollector(clock)
  const lines: string[] = []
  const operations = createOperations({
    ...{ collector, telemetry: collector, clock, random: seededRandom(seed++) },
    log: (_level, event) => lines.push(event),
    store: createOperationsStore(tables),
    census: async () => ({ accounts: { active: 2 }, calendars: { notified: 3 }, oldestDue: undefined }),
    deadLetters: async () => ({ mailbox: 0 }),
  })
  return { collector, operations, lines }
}

const FAILED = 'failures{code=INTERNAL}'
const fail = (collector: ReturnType<typeof createCollector>, times: number) =>
  collector.count('failures', { code: 'INTERNAL' }, times)

const failuresIn = async ({ operations }: ReturnType<typeof start>) =>
  (await operations.status(24 * 30)).samples.reduce((sum, { counters }) => sum + (counters[FAILED] ?? 0), 0)

/** Fails at commits as told. */
function failing(
  tables: Tables,
  fail: (commit: () => Promise<readonly string[]>) => Promise<readonly string[]>,
): Tables {
  return {
    table: (name) => {
      const table = tables.table(name)
      return { ...table, commit: (partition, writes) => fail(() => table.commit(partition, writes)) }
    },
  }
}

test('what all instances measured is in one sample, however often it is gathered', async () => {
  const tables = createMemoryTables()
  const [one, other] = [start(tables), start(tables)]
  fail(one.collector, 2)
  await one.operations.record()
  fail(one.collector, 3)
  await one.operations.record()
  fail(other.collector, 4)
  await other.operations.record()
  await other.operations.gather()
  await one.operations.gather()
  const { samples } = await one.operations.status(1)
  expect(samples).toMatchObject([
    { at: Date.parse('2026-11-20T08:00:00Z'), counters: { [FAILED]: 9 }, gauges: { 'accounts{state=active}': 2 } },
  ])
  expect(tables.rows('operations').filter(({ rowKey }) => rowKey.startsWith('slot'))).toEqual([])
})

test('figures that come late are in the next sample', async () => {
  const tables = createMemoryTables()
  const instance = start(tables)
  await instance.operations.gather()
  fail(instance.collector, 1)
  await instance.operations.record()
  await clock.advance(minutes(5))
  await instance.operations.gather()
  const { samples } = await instance.operations.status(1)
  expect(samples.map(({ counters }) => counters[FAILED])).toEqual([1, undefined])
})

test('an instance that has nothing to tell asks for nothing', async () => {
  const tables = createMemoryTables()
  await start(tables).operations.record()
  expect(tables.rows('operations')).toEqual([])
})

test('of more than a hundred slots that two instances gather at once, each is counted once', async () => {
  const tables = createMemoryTables()
  const instances = Array.from({ length: 250 }, () => start(tables))
  for (const { collector, operations } of instances) {
    fail(collector, 1)
    await operations.record()
  }
  const [one, other] = [start(tables), start(tables)]
  await Promise.all([one.operations.gather(), other.operations.gather()])
  await one.operations.gather()
  expect(await failuresIn(one)).toBe(250)
})

test('figures that certainly were not stored are stored later, those that may have been are not stored twice', async () => {
  for (const [code, isWritten, expected] of [
    ['STORAGE_UNAVAILABLE', false, 3],
    ['OUTCOME_UNKNOWN', true, 3],
    ['OUTCOME_UNKNOWN', false, 1],
  ] as const) {
    const tables = createMemoryTables()
    let isAway = true
    const instance = start(
      failing(tables, async (commit) => {
        if (!isAway) return commit()
        if (isWritten) await commit()
        throw new SyncError(code, 'away')
      }),
    )
    fail(instance.collector, 2)
    await instance.operations.record()
    expect(instance.lines).toEqual(['not-measured'])
    isAway = false
    fail(instance.collector, 1)
    await instance.operations.record()
    await instance.operations.gather()
    expect(await failuresIn(instance)).toBe(expected)
  }
})

test('figures of two attempts at once that both fail are all stored later', async () => {
  const tables = createMemoryTables()
  let isAway = true
  const instance = start(
    failing(tables, async (commit) => {
      if (isAway) throw new SyncError('STORAGE_UNAVAILABLE', 'away')
      return commit()
    }),
  )
  fail(instance.collector, 2)
  const first = instance.operations.record()
  fail(instance.collector, 3)
  await Promise.all([first, instance.operations.record()])
  isAway = false
  await instance.operations.gather()
  expect(await failuresIn(instance)).toBe(5)
})

test('a gathering whose answer is lost counts nothing twice when it is repeated', async () => {
  const tables = createMemoryTables()
  const first = start(tables)
  fail(first.collector, 5)
  await first.operations.record()
  let left = 2
  const unlucky = start(
    failing(tables, async (commit) => {
      const done = await commit()
      if (left-- > 0) throw new SyncError('OUTCOME_UNKNOWN', 'the answer is lost')
      return done
    }),
  )
  await expect(unlucky.operations.gather()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  await unlucky.operations.gather()
  expect(await failuresIn(first)).toBe(5)
})

test('what cannot be looked at keeps nothing else from being gathered', async () => {
  const tables = createMemoryTables()
  const collector = createCollector(clock)
  const away = async () => {
    throw new SyncError('QUEUE_UNAVAILABLE', 'away')
  }
  const operations = createOperations({
    ...{ collector, telemetry: collector, clock, random: seededRandom(seed++), log: () => undefined },
    ...{ store: createOperationsStore(tables), census: away, deadLetters: away },
  })
  fail(collector, 1)
  await operations.gather()
  const { samples, alerts } = await operations.status(1)
  expect(samples).toMatchObject([{ counters: { [FAILED]: 1 } }])
  expect(alerts.find(({ name }) => name === 'silence')).toMatchObject({ isRaised: true })
})

test('samples are kept for 14 days, newest first', async () => {
  const tables = createMemoryTables()
  const instance = start(tables)
  for (let gone = 0 as DurationMs; gone <= days(15); gone = (gone + hours(12)) as DurationMs) {
    await instance.operations.gather()
    await clock.advance(hours(12))
  }
  await instance.operations.forget()
  const times = tables.rows('operations').map(({ rowKey }) => Number(rowKey.split('.')[1]))
  expect(Math.min(...times)).toBeGreaterThanOrEqual(clock.now() - days(14))
  const { samples } = await instance.operations.status(24 * 14)
  expect(samples.map(({ at }) => at)).toEqual([...times].sort((one, other) => other - one))
})
