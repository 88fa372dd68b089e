import { expect, test } from 'vitest'
import type { AuditRecord } from '../../../shared/audit/ports.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import type { Tables } from '../../../shared/storage/table.ts'
import { ANNA, BO, CONTOSO, createTrailWorld, rowsOf, written } from '../../support/audit.ts'
import { tableRequests } from '../../support/counted-tables.ts'
import { wholeOf } from '../../support/me.ts'

const range = (length: number) => Array.from({ length }, (_, at) => at)

test('an append is two requests on an instance that does not know the chain, and one afterwards', async () => {
  const trail = await createTrailWorld().instance()
  await trail.record(written(ANNA))
  expect(tableRequests(trail.counters)).toBe(2)
  await trail.record(written(ANNA))
  expect(tableRequests(trail.counters)).toBe(3)
})

test('records that come at once are one transaction for each 99, in their order', async () => {
  const world = createTrailWorld()
  const trail = await world.instance()
  await Promise.all(range(150).map((at) => trail.record(written(ANNA, at))))
  expect(trail.counters.commits).toBe(2)
  const told: string[] = []
  for await (const { details } of trail.accountExtract(ANNA)) told.push(details)
  expect(told).toEqual(range(150).map((at) => `upsert=${at}`))
  expect((await trail.verify()).breaks).toEqual([])
})

test('50 records at once to one chain from two instances take at most 10 requests, and every one is there', async () => {
  const world = createTrailWorld()
  const [first, second] = [await world.instance(), await world.instance()]
  await Promise.all(range(50).map((at) => (at % 2 === 0 ? first : second).record(written(ANNA, at))))
  expect(rowsOf(world, ANNA).entries).toHaveLength(50)
  expect(tableRequests(first.counters) + tableRequests(second.counters)).toBeLessThanOrEqual(10)
  expect(await first.verify()).toMatchObject({ chains: 1, entries: 50, breaks: [] })
})

test('eight instances that write to one chain between other things lose none', async () => {
  const world = createTrailWorld()
  const instances = await Promise.all(range(8).map(() => world.instance()))
  const writeSome = async (trail: (typeof instances)[number]) => {
    for (const at of range(10)) {
      await trail.record(written(ANNA, at))
      await new Promise(setImmediate)
    }
  }
  await Promise.all(instances.map(writeSome))
  expect(await instances[0]?.verify()).toMatchObject({ chains: 1, entries: 80, breaks: [] })
})

test('a record of an account and an organisation is in both chains', async () => {
  const world = createTrailWorld()
  const trail = await world.instance()
  await trail.record({ act: 'connected', actor: { kind: 'person' }, account: ANNA, organisation: CONTOSO })
  expect([ANNA, CONTOSO].map((chain) => rowsOf(world, chain).entries.length)).toEqual([1, 1])
  expect(await wholeOf(trail.organisationCsv(CONTOSO))).toBe(
    `number,time,by,act,what,account,details\r\n"1","2026-11-02T00:00:00Z","person","connected","The Microsoft 365 account was connected","${ANNA}",""\r\n`,
  )
})

test('the trail of an organisation is a file in parts, however long it is', async () => {
  const world = createTrailWorld()
  const trail = await world.instance()
  await trail.record(
    ...range(1_200).map(
      (): AuditRecord => ({ act: 'resync-asked', actor: { kind: 'operator' }, organisation: CONTOSO }),
    ),
  )
  const lines: number[] = []
  for await (const part of trail.organisationCsv(CONTOSO)) lines.push(part.split('\r\n').length - 1)
  expect(lines).toEqual([500, 500, 201])
})

test('the service writes to one chain for each instance, so that failed authentications make no partition hot', async () => {
  const world = createTrailWorld()
  for (const trail of await Promise.all(range(40).map(() => world.instance()))) await trail.failed('UNAUTHENTICATED')
  const chains = new Set(world.tables.rows('audit').map(({ rowKey }) => rowKey.split('.')[1]))
  expect(chains.size).toBeGreaterThan(8)
})

/** Tables of the audit whose commits are done in another way, once. */
function once(commit: (write: () => Promise<readonly string[]>) => Promise<readonly string[]>) {
  let isDone = false
  return (tables: Tables): Tables => ({
    table(name) {
      const table = tables.table(name)
      return {
        ...table,
        commit(...asked) {
          if (isDone) return table.commit(...asked)
          isDone = true
          return commit(() => table.commit(...asked))
        },
      }
    },
  })
}

const unknown = () => new SyncError('OUTCOME_UNKNOWN', 'the answer was lost')

test('a record whose answer was lost is there once, whether it was written or not', async () => {
  for (const isWritten of [true, false]) {
    const world = createTrailWorld()
    const lost = once(async (write) => {
      if (isWritten) await write()
      throw unknown()
    })
    const trail = await world.instance(lost)
    await trail.record(written(ANNA))
    expect(await trail.verify()).toMatchObject({ entries: 1, breaks: [] })
  }
})

test('a record whose answer was lost and that is written late is there once', async () => {
  const world = createTrailWorld()
  const trail = await world.instance(
    once(async (write) => {
      void Promise.resolve().then(write)
      throw unknown()
    }),
  )
  await trail.record(written(ANNA))
  expect(await trail.verify()).toMatchObject({ entries: 1, breaks: [] })
})

test('a record that cannot be stored is refused, and the next one is taken', async () => {
  const world = createTrailWorld()
  const trail = await world.instance(
    once(async () => {
      throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
    }),
  )
  await expect(trail.record(written(ANNA))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  await trail.record(written(ANNA))
  expect(await trail.verify()).toMatchObject({ entries: 1, breaks: [] })
})

test('a process that ends before its transaction leaves a chain that holds, and the next one goes on', async () => {
  const world = createTrailWorld()
  const ended = await world.instance(once(() => new Promise(() => undefined)))
  void ended.record(written(ANNA))
  const next = await world.instance()
  await next.record(written(ANNA), written(BO))
  expect(await next.verify()).toMatchObject({ chains: 2, entries: 2, breaks: [] })
})
