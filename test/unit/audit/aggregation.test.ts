import { expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { hours, minutes, seconds } from '../../../shared/core/time.ts'
import type { Tables } from '../../../shared/storage/table.ts'
import { ANNA, BO, CONTOSO, createTrailWorld, rowsOf, written } from '../../support/audit.ts'
import { tableRequests } from '../../support/counted-tables.ts'

const reading = (account: string, first = 'events', integrator = 'planner') => ({ account, integrator, first })

test('readings are one entry for each account, integrator and hour', async () => {
  const world = createTrailWorld()
  const trail = await world.instance()
  for (let at = 0; at < 100; at += 1) await trail.read(reading(ANNA))
  await Promise.all([trail.read(reading(ANNA, 'events', 'diary')), trail.read(reading(BO)), trail.read(reading(BO))])
  expect([ANNA, BO].map((account) => rowsOf(world, account).entries.length)).toEqual([2, 1])
  world.clock.advance(hours(1))
  await trail.read(reading(ANNA))
  expect(rowsOf(world, ANNA).entries).toHaveLength(3)
})

test('a second instance that serves the same hour reads the head and writes nothing', async () => {
  const world = createTrailWorld()
  const [first, second] = [await world.instance(), await world.instance()]
  await first.read(reading(ANNA))
  await second.read(reading(ANNA))
  await second.read(reading(ANNA))
  expect(second.counters).toMatchObject({ gets: 1, commits: 0 })
  expect(rowsOf(world, ANNA).entries).toHaveLength(1)
})

test('two instances that race for the first reading of an hour write one entry', async () => {
  const world = createTrailWorld()
  const instances = [await world.instance(), await world.instance()]
  await Promise.all(instances.map((trail) => trail.read(reading(ANNA))))
  expect(rowsOf(world, ANNA).entries).toHaveLength(1)
  expect(await instances[0]?.verify()).toMatchObject({ entries: 1, breaks: [] })
})

/** The audit's commits fail while `isDown` says so. */
const failing =
  (isDown: () => boolean) =>
  (tables: Tables): Tables => ({
    table(name) {
      const table = tables.table(name)
      return {
        ...table,
        async commit(...asked) {
          if (isDown()) throw new SyncError('STORAGE_UNAVAILABLE', 'simulated')
          return table.commit(...asked)
        },
      }
    },
  })

test('a reading that cannot be noted is refused, and noted when it is asked for again', async () => {
  const world = createTrailWorld()
  let isDown = true
  const trail = await world.instance(failing(() => isDown))
  await expect(trail.read(reading(ANNA))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  isDown = false
  await trail.read(reading(ANNA))
  expect(rowsOf(world, ANNA).entries).toHaveLength(1)
})

test('when each integrator last used an account is one request', async () => {
  const world = createTrailWorld()
  const trail = await world.instance()
  await trail.read(reading(ANNA, 'events', 'diary'))
  world.clock.advance(minutes(90))
  await trail.record(written(ANNA))
  const before = tableRequests(trail.counters)
  const start = Date.UTC(2026, 10, 2)
  expect([...(await trail.lastUses(ANNA))].sort()).toEqual([
    ['diary', start],
    ['planner', start + minutes(90)],
  ])
  expect(tableRequests(trail.counters) - before).toBe(1)
  expect(await trail.lastUses(BO)).toEqual(new Map())
})

async function failures(world: ReturnType<typeof createTrailWorld>) {
  const told: string[] = []
  for await (const { details } of (await world.instance()).serviceExtract()) told.push(details)
  return told
}

test('failed authentications are one entry a minute and code, with how many there were', async () => {
  const world = createTrailWorld()
  const trail = await world.instance()
  for (let at = 0; at < 500; at += 1) await trail.failed('UNAUTHENTICATED')
  await trail.failed('invalid_client')
  expect(trail.counters.commits).toBe(2)
  world.clock.advance(seconds(61))
  await trail.failed('UNAUTHENTICATED')
  expect(await failures(world)).toEqual([
    'code=UNAUTHENTICATED; count=1',
    'code=invalid_client; count=1',
    'code=UNAUTHENTICATED; count=500',
  ])
})

test('a failed authentication that cannot be noted is answered all the same, and counted with the next', async () => {
  const world = createTrailWorld()
  let isDown = true
  const trail = await world.instance(failing(() => isDown))
  await trail.failed('UNAUTHENTICATED')
  isDown = false
  world.clock.advance(minutes(1))
  await trail.failed('UNAUTHENTICATED')
  expect(await failures(world)).toEqual(['code=UNAUTHENTICATED; count=2'])
})

test('exports are one entry for each account, format and hour, in both trails', async () => {
  const world = createTrailWorld()
  const trail = await world.instance()
  const exported = (format: string) => trail.exported({ account: ANNA, organisation: CONTOSO, format })
  for (let at = 0; at < 100; at += 1) await exported('json')
  await exported('ics')
  expect([ANNA, CONTOSO].map((chain) => rowsOf(world, chain).entries.length)).toEqual([2, 2])
  world.clock.advance(hours(1))
  await exported('json')
  expect(rowsOf(world, ANNA).entries).toHaveLength(3)
})
