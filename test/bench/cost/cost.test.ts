import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { epochMs, hours } from '../../../shared/core/time.ts'
import { createMemoryTables } from '../../support/memory-tables.ts'
import { type Counts, createMeter, minus, NOTHING, sumOf } from './counts.ts'
import { type Deployment, startDeployment } from './deployment.ts'
import { accountsOfOne, estimate } from './estimate.ts'
import { bytesOf, meteredTables } from './metered-tables.ts'
import { type Month, wokenTogether } from './month.ts'
import { connectPeople } from './people.ts'
import { TIMERS } from './timers.ts'
import { DAYS, LIMITS, RUNNING, USE } from './use.ts'

test('the bench runs every timer of the app at its own times', () => {
  const files = readdirSync('functions').sort()
  const timers = files.flatMap((file) => {
    const [, schedule] = /schedule: '([^']*)'/.exec(readFileSync(`functions/${file}`, 'utf8')) ?? []
    return schedule === undefined ? [] : [{ name: file.replace('.ts', ''), schedule }]
  })
  expect(TIMERS.map(({ name, schedule }) => ({ name, schedule }))).toEqual(timers)
})

test('a row is counted with its keys, and with the names and values of its properties', () => {
  const row = { partitionKey: 'pp', rowKey: 'r', properties: { v: 1, b0: new Uint8Array(10), s: 'ab', is: true } }
  expect(bytesOf(row)).toBe(4 + 2 * 3 + (8 + 2 + 8) + (8 + 4 + 14) + (8 + 2 + 8) + (8 + 4 + 1))
})

test('every row that is read or written is counted by its table, a missing one as a request only', async () => {
  const meter = createMeter()
  const table = meteredTables(createMemoryTables(), meter).table('accounts')
  const insert = (rowKey: string) => ({ kind: 'insert', rowKey, properties: {} }) as const
  await table.commit('p', ['a', 'b', 'c'].map(insert))
  for (const rowKey of ['a', 'z']) await table.get('p', rowKey)
  for await (const _ of table.range('p', 'b', 'd'));
  const { tables, rowsRead, rowsWritten } = meter.now()
  expect(tables).toEqual({ commit: 1, get: 2, range: 1 })
  expect([rowsRead, rowsWritten]).toEqual([{ accounts: 3 }, { accounts: 3 }])
})

test('the bench knows what a deployment may write into its logs', () => {
  const bicep = readFileSync('infra/main.bicep', 'utf8')
  expect(bicep).toContain(`param dailyLogGb int = ${LIMITS.logGBADay}\n`)
  expect(bicep).toContain(`${LIMITS.logGBADayPerThousand} for each 1,000 accounts`)
})

describe('the working hours of one account', () => {
  let deployment: Deployment
  let counts: Counts
  const midnight = epochMs(Date.parse('2026-11-02T00:00:00Z'))

  beforeAll(async () => {
    deployment = await startDeployment(epochMs(midnight + hours(6.5)))
    const people = await connectPeople(deployment, 1, false)
    await deployment.pass(hours(0.5))
    const before = deployment.meter.now()
    await deployment.pass(hours(10.5), async () => {
      for (const person of people) await person.act(DAYS.working, midnight)
    })
    counts = minus(deployment.meter.now(), before)
  }, 300_000)

  test('each change that is asked for is one write, and both calendars are read once for each change and hour', () => {
    const { writes, changes = 0, calendars } = counts.graph
    expect(writes).toBe(DAYS.working.changesAsked)
    expect(calendars).toBeGreaterThanOrEqual(10)
    const { changesInOutlook, changesAsked } = DAYS.working
    // A change, its echo, and the polls 5, 10, 20 and 40 minutes after it.
    const most = 11 * (1 + USE.otherCalendars) + (changesInOutlook + changesAsked) * 6
    expect(changes).toBeGreaterThan(changesInOutlook)
    expect(changes).toBeLessThanOrEqual(most)
  })

  test('what an execution waits for is what it has asked: a notification nothing, a visit for the tables and Graph', () => {
    const { http = 0, mailbox = 0, channel = 0 } = counts.executions
    expect(http).toBeGreaterThan(DAYS.working.weeksShown + DAYS.working.changesInOutlook)
    expect(channel).toBeGreaterThan(0)
    expect((counts.busyMs['mailbox'] ?? 0) / mailbox).toBeGreaterThan(150)
    expect(mailbox + channel).toBe(counts.queue['sessions'])
  })

  test('the logs of 1,000 of them are half of what is allowed for these in a day, each line stored twice', () => {
    const { lines = 0, bytes = 0 } = counts.log
    const gigabytes = (2 * (bytes + lines * RUNNING.logColumns) * 1_000) / 1e9
    expect(gigabytes).toBeLessThan(LIMITS.logGBADayPerThousand / 2)
  })

  test('a visit takes less than a second', () => {
    expect((counts.busyMs['mailbox'] ?? 0) / (counts.executions['mailbox'] ?? 0)).toBeLessThan(1_000)
  })
})

describe('what a month costs', () => {
  const account: Counts = {
    ...{ graph: { changes: 4_000 }, tables: { get: 10_000 }, rowsRead: { accounts: 9_000 }, rowsWritten: {} },
    vault: {},
    bytes: { read: 100e6, written: 30e6, answered: 5e6 },
    queue: { messages: 4_500, sessions: 4_500, planned: 2_500 },
    executions: { http: 1_100, mailbox: 4_100, channel: 340 },
    busyMs: { http: 160_000, mailbox: 1_400_000, channel: 50_000 },
    log: { lines: 8_000, bytes: 1e6 },
  }
  const deployment: Counts = {
    ...NOTHING,
    tables: { get: 2e6 },
    executions: { timer: 240_000 },
    busyMs: { timer: 6e7 },
  }
  const month: Month = { account, deployment, stored: { rows: 5_000, bytes: 4e6 }, vaultPerInstanceHour: 2 }

  test('is the sum of its parts, none of which is below nothing', () => {
    for (const accounts of [1, 1_000, 10_000_000]) {
      const { usd, total, perAccount } = estimate(month, accounts)
      expect(sumOf(usd)).toBeCloseTo(total)
      expect(perAccount * accounts).toBeCloseTo(total)
      for (const dollars of Object.values(usd)) expect(dollars).toBeGreaterThanOrEqual(0)
    }
  })

  test('asks for what each account and each deployment asks for, and the vault for as much as there are instances', () => {
    const [few, many] = [estimate(month, 1_000), estimate(month, 100_000)]
    expect(few.asked.rowsRead).toEqual({ accounts: 9_000 })
    expect(few.asked.tables['get']).toBeCloseTo(10_000 + 2e6 / 1_000)
    expect(many.asked.tables['get']).toBeCloseTo(10_000 + 2e6 / 100_000)
    // At least those that are always ready, those of the two queues, and one for each timer, each hour.
    const hours = (USE.workingDaysAMonth + USE.quietDaysAMonth) * 24
    const least = (RUNNING.alwaysReadyHttp + 2 + TIMERS.length) * hours * (2 + RUNNING.vaultRequestsOfStart)
    expect((few.asked.vault['requests'] ?? 0) * 1_000).toBeCloseTo(least)
    expect((many.asked.vault['requests'] ?? 0) * 100_000).toBeGreaterThan(least)
  })

  test('is less for an account the more there are, because instances and the base price are shared', () => {
    const [few = 0, many = 0, most = 0] = [1_000, 100_000, 10_000_000].map((some) => estimate(month, some).perAccount)
    expect(few).toBeGreaterThan(many)
    expect(many).toBeGreaterThan(most * 0.9)
  })

  test('is that of as many deployments as the schedule needs', () => {
    const seconds = (USE.workingDaysAMonth + USE.quietDaysAMonth) * 86_400
    const most = Math.floor((LIMITS.plannedVisits * seconds) / 2_500)
    expect(estimate(month, most).deployments).toBe(1)
    expect(estimate(month, most + 1).deployments).toBe(2)
    expect(estimate(month, most).used.plannedVisits).toBeCloseTo(1)
  })

  test('is that of as many deployments as the tables need, in the busiest hour', () => {
    const busy = { ...month, account: { ...account, tables: { get: 100_000 } } }
    const most = Math.floor(accountsOfOne(busy))
    expect(estimate(busy, most).deployments).toBe(1)
    expect(estimate(busy, most + 1).deployments).toBe(2)
    expect(estimate({ ...busy, deployment: NOTHING }, most).used.tableRequests).toBeCloseTo(1)
  })

  test('grows by what a dearer request costs more', () => {
    const cheap = estimate(month, 1_000, { usd: 0, per: '10,000' })
    const dear = estimate(month, 1_000, { usd: 1, per: '10,000' })
    expect(dear.usd.tables - cheap.usd.tables).toBeCloseTo((10_000 * 1_000 + 2e6) / 1e4)
  })
})

test('accounts that are woken in the same tick share its commit and its send', () => {
  const woken = { queue: { planned: 100 }, tables: { commit: 150, get: 7 }, busyMs: { timer: 6_000, mailbox: 5 } }
  const { tables, busyMs } = wokenTogether({ ...NOTHING, ...woken })
  expect({ tables, busyMs }).toEqual({ tables: { commit: 51, get: 7 }, busyMs: { timer: 60, mailbox: 5 } })
})

test('a meter tells what was added between two looks', () => {
  const meter = createMeter()
  meter.add('graph', 'changes', 2)
  const before = meter.now()
  meter.add('graph', 'changes')
  meter.add('tables', 'get', 4)
  const { graph, tables } = minus(meter.now(), before)
  expect({ graph, tables }).toEqual({ graph: { changes: 1 }, tables: { get: 4 } })
})
