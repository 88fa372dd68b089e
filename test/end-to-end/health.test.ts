import { beforeEach, expect, test } from 'vitest'
import { createHealth } from '../../shared/api/health.ts'
import { seconds } from '../../shared/core/time.ts'
import { dependenciesOf } from '../../shared/dependencies.ts'
import { tableRequests } from '../support/counted-tables.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

let fixture: ServiceFixture
let asked: string[]
let cancelled: number
let isAway: boolean
let health: () => Promise<{ status: number; body: string }>

/** An answer of which nobody has read anything yet. */
const large = () =>
  new ReadableStream({
    cancel() {
      cancelled += 1
    },
  })

beforeEach(async () => {
  fixture = await startService()
  asked = []
  cancelled = 0
  isAway = false
  fixture.intercept = ({ url }) => {
    asked.push(url)
    return isAway ? new Response(null, { status: 503 }) : new Response(large())
  }
  const { ports, clock } = fixture
  health = createHealth(
    () => ({ config: ports.config }),
    () => dependenciesOf(ports),
    clock,
  )
})

test('however many ask at once and one after another, each neighbour is asked once in ten seconds', async () => {
  const before = tableRequests(fixture.counters)
  const answers = await Promise.all(Array.from({ length: 100 }, () => health()))
  await fixture.clock.advance(seconds(9))
  answers.push(await health())
  expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1)
  expect([asked.length, tableRequests(fixture.counters) - before]).toEqual([2, 1])
  await fixture.clock.advance(seconds(1))
  await health()
  expect(asked).toHaveLength(4)
})

test('a vault that is away is named within ten seconds, too', async () => {
  expect((await health()).status).toBe(200)
  fixture.vault.away = true
  await fixture.clock.advance(seconds(10))
  expect(JSON.parse((await health()).body)).toMatchObject({
    dependencies: { vault: { status: 'failing', code: 'VAULT_UNAVAILABLE' }, tables: { status: 'ok' } },
  })
})

test('nothing of what the neighbours say is read', async () => {
  expect((await health()).status).toBe(200)
  expect(cancelled).toBe(2)
})

test('a neighbour that is away is named within ten seconds, and one that is back too', async () => {
  expect((await health()).status).toBe(200)
  for (const [away, status] of [
    [true, 503],
    [false, 200],
  ] as const) {
    isAway = away
    await fixture.clock.advance(seconds(10))
    expect((await health()).status).toBe(status)
  }
})
