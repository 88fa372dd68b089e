import { describe, expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { minutes, seconds } from '../../shared/core/time.ts'
import type { Table, TableName, Write } from '../../shared/storage/table.ts'
import { expectBoth, titlesOf } from '../support/both-sides.ts'
import { startDoomedBeside } from '../support/doomed.ts'
import { aroundCommit } from '../support/failing-tables.ts'
import { oneHour, seededRandom } from '../support/graph-stand-in.ts'
import { linesOf, pass } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

/** What one write to the tables may come to. */
type Fate = 'done, but nobody knows' | 'not done, and nobody knows'

/** Tables whose n-th commit has this fate. */
const unlucky = (fate: Fate, unluckyAt: () => number) => {
  let commits = 0
  return {
    commits: () => commits,
    async act(_: TableName, __: readonly Write[], commit: () => ReturnType<Table['commit']>) {
      if (++commits !== unluckyAt()) return commit()
      if (fate === 'done, but nobody knows') await commit()
      throw new SyncError('OUTCOME_UNKNOWN', 'the connection broke')
    },
  }
}

/** What an integrator asks for, and the visit that does it, with one write to the tables that has this fate. */
async function askWithout(fate: Fate, unluckyAt: number): Promise<number> {
  let counted = Number.NaN
  const tables = unlucky(fate, () => counted)
  const at = await startWriting(startService({ throughTables: (given) => aroundCommit(given, tables.act) }))
  at.mailbox.create(oneHour('In Outlook', '2026-11-20'))
  await at.fixture.clock.advance(seconds(1))
  const before = tables.commits()
  counted = before + unluckyAt
  const ask = async () => at.call({ ...keyed(at), path: await at.path() }).catch(() => ({ status: 500 }))
  // An integrator that gets no answer, or a failure, asks again with the same key.
  for (let tries = 0; (await ask()).status !== 202; tries++) expect(tries).toBeLessThan(3)
  await at.fixture.settle().catch(() => undefined)
  const commits = tables.commits() - before
  await pass(at.fixture, minutes(50))
  await expectBoth(at, ['Board meeting', 'In Outlook'])
  return commits
}

const keyed = (at: Writing) => ({
  method: 'POST' as const,
  body: at.meeting(),
  headers: { 'idempotency-key': 'key-of-the-integrator' },
})

describe.each<Fate>(['done, but nobody knows', 'not done, and nobody knows'])('S2: a write that was %s,', (fate) => {
  test('is found or done again, wherever it was in a request and the visit after it', async () => {
    const commits = await askWithout(fate, 1_000)
    expect(commits).toBeGreaterThan(5)
    for (let at = 1; at <= commits; at++) await askWithout(fate, at)
  })
})

test.each([1, 2, 3])(
  'S3: with every third request failing for ten minutes (draw %i) all is right five minutes later',
  async (seed) => {
    const random = seededRandom(seed)
    const draw = () => (random.bytes(1)[0] ?? 0) / 256
    let isThrottled = false
    const fail = (code: 'OUTCOME_UNKNOWN' | 'STORAGE_UNAVAILABLE') => {
      throw new SyncError(code, 'the tables are busy')
    }
    let unread = 0
    /** The client library asks four times. */
    const read = () => {
      if (!isThrottled || draw() >= 0.3 ** 4) return
      unread += 1
      fail('STORAGE_UNAVAILABLE')
    }
    const service = startService({
      throughTables: (tables) => ({
        table(name) {
          const table = tables.table(name)
          return {
            ...table,
            async get(...given) {
              read()
              return table.get(...given)
            },
            async *range(...given) {
              for await (const page of table.range(...given)) {
                read()
                yield page
              }
            },
            async commit(...given) {
              if (isThrottled && draw() < 0.15) fail('STORAGE_UNAVAILABLE')
              const etags = await table.commit(...given)
              if (isThrottled && draw() < 0.15) fail('OUTCOME_UNKNOWN')
              return etags
            },
          }
        },
      }),
    })
    const at = await startWriting(service)
    const path = await at.path()
    const wanted = new Set<string>()
    isThrottled = true
    for (let half = 0; half < 20; half++) {
      at.mailbox.create(oneHour(`Outlook ${half}`, '2026-11-20', half))
      wanted.add(`Outlook ${half}`)
      const name = `Wish ${half}`
      const answer = await at
        .call({ method: 'POST', path, body: at.meeting({ event_id: name, summary: name }) })
        .catch(() => ({ status: 500 }))
      if (answer.status === 202) wanted.add(name)
      await at.fixture.clock.advance(seconds(30))
      await at.fixture.service.wakeDue().catch(() => undefined)
      await at.fixture.settle().catch(() => undefined)
    }
    isThrottled = false
    expect(unread).toBeGreaterThan(0)
    expect(wanted.size).toBeGreaterThan(22)
    await pass(at.fixture, minutes(5), seconds(30))
    // What was answered with a failure may have been stored all the same.
    const held = titlesOf(at)
    expect(new Set(held).size).toBe(held.length)
    expect(held).toEqual(expect.arrayContaining([...wanted]))
    await expectBoth(at, held)
    expect(linesOf(at.fixture, 'row-quarantined')).toEqual([])
  },
)

describe.each(['before', 'after'] as const)('A1: an instance that ends %s any step of accepting a change', (when) => {
  test('has accepted what it said it had, and the same key asks for the same action', async () => {
    const at = await startWriting()
    const path = await at.path()
    const ask = async (service: ServiceFixture['service'], name: string) =>
      at
        .call(
          { method: 'POST', path, body: meeting(name), headers: { 'idempotency-key': name.replace(' ', '-') } },
          service,
        )
        .catch(() => undefined)
    const meeting = (name: string) => at.meeting({ event_id: name, summary: name })
    const whole = await startDoomedBeside(at.fixture, Number.POSITIVE_INFINITY, when)
    const wanted = ['Whole']
    expect((await ask(whole.instance.service, 'Whole'))?.status).toBe(202)
    expect(whole.doom.steps()).toBeGreaterThan(2)
    for (let end = 1; end <= whole.doom.steps(); end++) {
      const name = `Step ${end}`
      const { instance } = await startDoomedBeside(at.fixture, end, when)
      const first = await ask(instance.service, name)
      const again = await ask(at.fixture.service, name)
      expect(again?.status, name).toBe(202)
      if (first?.status === 202) expect(first.headers['location']).toBe(again?.headers['location'])
      wanted.push(name)
    }
    await pass(at.fixture, minutes(50))
    await expectBoth(at, wanted)
  })

  test('has accepted it for good where it answered 202, although nobody asks again', async () => {
    const at = await startWriting()
    const path = await at.path()
    const accepted: string[] = []
    for (let [end, isWhole] = [1, false]; !isWhole; end++) {
      const { instance, doom } = await startDoomedBeside(at.fixture, end, when)
      const body = at.meeting({ event_id: `Step ${end}`, summary: `Step ${end}` })
      const answer = await at.call({ method: 'POST', path, body }, instance.service).catch(() => undefined)
      if (answer?.status === 202) accepted.push(`Step ${end}`)
      isWhole = doom.steps() < end
    }
    expect(accepted.length).toBeGreaterThan(0)
    await pass(at.fixture, minutes(50))
    expect(titlesOf(at)).toEqual(expect.arrayContaining(accepted))
  })
})
