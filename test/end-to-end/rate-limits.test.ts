import { beforeEach, describe, expect, test } from 'vitest'
import type { Person } from '../../infra/local/microsoft365/world.ts'
import { SAMPLE } from '../../infra/local/settings.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { minutes, seconds } from '../../shared/core/time.ts'
import type { Table, Tables } from '../../shared/storage/table.ts'
import { period, postJson, subOf } from '../support/asking.ts'
import { type Connection, PLANNER } from '../support/authorization.ts'
import { createTableCounters, tableRequests } from '../support/counted-tables.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const settings = { RATE_PER_SECOND: '50', RATE_PER_MINUTE: '500', RATE_ACCOUNT_PER_MINUTE: '300' }

let first: ServiceFixture
let second: ServiceFixture
let annaHerself: Person
let anna: Connection
let bo: Connection
/** What the table of counters does: nothing unusual when undefined. */
let trouble: (() => Promise<never>) | undefined

beforeEach(async () => {
  trouble = undefined
  first = await startService({ settings, throughTables: troubled })
  second = await startService({ settings, throughTables: troubled, beside: first })
  const [organisation] = first.world.organisations.values()
  const person = (displayName: string) => first.world.addPerson({ tid: organisation?.tid ?? '', displayName })
  annaHerself = person('Anna Holm')
  anna = await first.connect(annaHerself)
  bo = await first.connect(person('Bo Berg'))
  await first.settle()
})

function troubled(tables: Tables): Tables {
  return {
    table(name) {
      const table = tables.table(name)
      if (name !== 'rates') return table
      const get: Table['get'] = (...asked) => trouble?.() ?? table.get(...asked)
      return { ...table, get }
    },
  }
}

const ACCOUNT = { path: '/v1/account' }

/** How many of so many requests get an answer, when people and instances take turns. */
async function granted(requests: number, people = [anna, bo], instances = [first, second]): Promise<number> {
  let count = 0
  for (let n = 0; n < requests; n++) {
    const person = people[n % people.length] ?? anna
    const instance = instances[Math.floor(n / people.length) % instances.length] ?? first
    const { status } = await person.call(ACCOUNT, instance.service)
    if (status === 200) count++
    else expect(status).toBe(429)
  }
  return count
}

/** Second after second at ten times the limit. */
async function flood(total: number, people?: Connection[]): Promise<number> {
  let count = 0
  for (let n = 0; n < total; n++) {
    count += await granted(100, people)
    await first.clock.advance(seconds(1))
  }
  return count
}

const startOfMinute = async () => {
  const now = first.clock.now()
  await first.clock.advance((60_000 - (now % 60_000)) as ReturnType<typeof seconds>)
}

describe('A3: two instances together', () => {
  test('answer 50 requests of an integrator in a second, and the free ones of an instance more at most', async () => {
    await startOfMinute()
    expect(await granted(500)).toBeGreaterThanOrEqual(45)
    await first.clock.advance(seconds(1))
    const again = await granted(500)
    expect(again).toBeGreaterThanOrEqual(45)
    expect(again).toBeLessThanOrEqual(50 + 2 * 3)
  })

  test('answer 500 requests of an integrator in a minute, and the free ones of an instance more at most', async () => {
    await startOfMinute()
    const count = await flood(30)
    expect(count).toBeGreaterThanOrEqual(450)
    expect(count).toBeLessThanOrEqual(500 + 2 * 25)
    await first.clock.advance(minutes(1))
    expect(await granted(10)).toBe(10)
  })

  test('answer 300 requests about one account in a minute', async () => {
    await startOfMinute()
    const count = await flood(20, [anna])
    expect(count).toBeGreaterThanOrEqual(270)
    expect(count).toBeLessThanOrEqual(300 + 2 * 15)
    expect((await bo.call(ACCOUNT)).status).toBe(200)
  })
})

test('A3: an integrator at ten times its limit gets 429 with Retry-After, for a single request to the tables', async () => {
  await startOfMinute()
  await granted(500)
  const refused = await anna.call(ACCOUNT)
  expect(refused).toMatchObject({ status: 429, body: { error: 'RATE_LIMITED', request_id: 'request-1' } })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  Object.assign(first.counters, createTableCounters())
  await granted(100, [anna], [first])
  expect(tableRequests(first.counters)).toBe(100)
})

test('A3: while another integrator asks ten times too often, one waits for no timer and asks the tables no more', async () => {
  const planner = await first.connect(annaHerself, PLANNER)
  const ask = async () => expect((await planner.call(ACCOUNT)).status).toBe(200)
  const asked = async (beside: () => Promise<number>) => {
    await first.clock.advance(minutes(1))
    await startOfMinute()
    await beside()
    Object.assign(first.counters, createTableCounters())
    const before = first.clock.now()
    const besides = beside()
    await Promise.all(Array.from({ length: 20 }, ask))
    const granted = await besides
    return { requests: tableRequests(first.counters), waited: first.clock.now() - before, granted }
  }
  const flood = () => granted(250, [anna], [first])
  const alone = await asked(async () => 0)
  const amid = await asked(flood)
  expect(amid.requests - 250).toBeLessThanOrEqual(alone.requests)
  expect(amid).toMatchObject({ waited: 0, granted: 0 })
})

test('requests that come at once wait for the shared counter together', async () => {
  await startOfMinute()
  await anna.call(ACCOUNT, first.service)
  Object.assign(first.counters, createTableCounters())
  const answers = await Promise.all(Array.from({ length: 40 }, () => anna.call(ACCOUNT, first.service)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  // Three policies, each read and written once or twice.
  expect(tableRequests(first.counters) - 40 * 2).toBeLessThanOrEqual(3 * 4)
})

test('an answer says how much is left of what ends first', async () => {
  await startOfMinute()
  const before = await anna.call(ACCOUNT)
  expect(before.headers).toMatchObject({
    'ratelimit-limit': '50',
    'ratelimit-remaining': '49',
    'ratelimit-reset': '1',
    'ratelimit-policy': '50;w=1, 500;w=60, 300;w=60',
  })
  await granted(500)
  expect((await anna.call(ACCOUNT)).headers).toMatchObject({ 'ratelimit-limit': '50', 'ratelimit-remaining': '0' })
})

test('a request costs no table request more for its being counted, as long as few come', async () => {
  await startOfMinute()
  await anna.call(ACCOUNT, first.service)
  await first.clock.advance(seconds(2))
  Object.assign(first.counters, createTableCounters())
  await granted(3, [anna], [first])
  // The token, and the account.
  expect(tableRequests(first.counters)).toBe(3 * 2)
})

test('of many requests in a minute, one in three asks the shared counter at most', async () => {
  await startOfMinute()
  Object.assign(first.counters, createTableCounters())
  let count = 0
  for (let n = 0; n < 20; n++) {
    count += await granted(14, [anna], [first])
    await first.clock.advance(seconds(1))
  }
  expect(count).toBe(280)
  expect(tableRequests(first.counters) - 2 * count).toBeLessThan(count)
})

test('a counter that is away does not stop the API, and each instance keeps the limit by itself', async () => {
  trouble = () => Promise.reject(new SyncError('STORAGE_UNAVAILABLE', 'away'))
  await startOfMinute()
  expect(await granted(500)).toBe(2 * 50)
  await first.clock.advance(seconds(1))
  trouble = undefined
  expect(await granted(10)).toBe(10)
  expect(first.logged.join()).toContain('rates-counted-alone')
})

test('a counter that does not answer is waited for half a second, once a window', async () => {
  trouble = () => new Promise<never>(() => {})
  await startOfMinute()
  const before = first.clock.now()
  let isDone = false
  const asked = granted(50, [anna], [first]).finally(() => {
    isDone = true
  })
  while (!isDone) await first.clock.advance(seconds(0.1))
  expect(await asked).toBe(50)
  expect(first.clock.now() - before).toBeLessThan(5_000)
})

test('each item of a batch counts for the account', async () => {
  await startOfMinute()
  const batch = Array.from({ length: 50 }, () => ({ method: 'GET', relative_url: '/v1/account' }))
  const statuses = []
  for (let n = 0; n < 8; n++) {
    statuses.push((await anna.call({ method: 'POST', path: '/v1/batch', body: { batch } })).status)
    await first.clock.advance(seconds(1))
  }
  expect(statuses).toEqual([207, 207, 207, 207, 207, 207, 429, 429])
})

test('the counters are deleted after two days, and say nothing in plain', async () => {
  await startOfMinute()
  await granted(200)
  const rows = first.tables.rows('rates')
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(rows)).not.toMatch(/sample|acc_/)
  await first.clock.advance(minutes(60 * 24 * 2))
  await first.service.forgetRates()
  expect(first.tables.rows('rates')).toEqual([])
})

test('a request for availability counts for each account that it reads, whoever asks', async () => {
  const few = await startService({ settings: { ...settings, RATE_ACCOUNT_PER_MINUTE: '3' }, beside: first })
  const people = await Promise.all([anna, bo].map(subOf))
  const ask = async (subs: readonly string[]) => {
    const body = {
      participants: [{ members: subs.map((sub) => ({ sub })) }],
      ...{ required_duration: { minutes: 30 }, query_periods: [period('09:00', '11:00')] },
    }
    return (await postJson(few.service, '/v1/availability', `Bearer ${SAMPLE.secret}`, body)).status
  }
  const [one = '', other = ''] = people
  expect([await ask([one]), await ask([one, other]), await ask([one])]).toEqual([200, 200, 200])
  expect([await ask([one]), await ask([other, one]), await ask([other])]).toEqual([429, 429, 200])
})
