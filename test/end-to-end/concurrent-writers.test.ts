import { describe, expect, test } from 'vitest'
import { SyncError } from '../../shared/core/errors.ts'
import { minutes, seconds } from '../../shared/core/time.ts'
import type { Table, TableName, Write } from '../../shared/storage/table.ts'
import { expectBoth } from '../support/both-sides.ts'
import { aroundCommit } from '../support/failing-tables.ts'
import { oneHour, seededRandom } from '../support/graph-stand-in.ts'
import { pass } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import { startWriting } from '../support/writing.ts'

describe.each([1, 2, 3])(
  'S1: two instances that visit one account and take its requests at once, order %i,',
  (seed) => {
    test('lose none of them', async () => {
      const random = seededRandom(seed)
      /** A commit waits for a few others. */
      const hesitate = async () => {
        for (let turns = random.bytes(1)[0] ?? 0; turns > 0; turns -= 32) await new Promise(setImmediate)
      }
      let lost = 0
      const act = async (_: TableName, __: readonly Write[], commit: () => ReturnType<Table['commit']>) => {
        await hesitate()
        return commit().catch((error: unknown) => {
          lost++
          throw error
        })
      }
      const at = await startWriting(startService({ throughTables: (tables) => aroundCommit(tables, act) }))
      const other = await startService({ beside: at.fixture, throughTables: (tables) => aroundCommit(tables, act) })
      const [path, wanted] = [await at.path(), [] as string[]]
      for (let round = 0; round < 6; round++) {
        at.mailbox.create(oneHour(`Outlook ${round}`, '2026-11-20', round))
        wanted.push(`Outlook ${round}`)
        await at.fixture.clock.advance(seconds(1))
        const asked = [at.fixture, other].map(async ({ service }, side) => {
          const name = `Wish ${round}.${side}`
          wanted.push(name)
          const body = at.meeting({ event_id: name, summary: name })
          expect((await at.call({ method: 'POST', path, body }, service)).status).toBe(202)
        })
        const visits = [at.fixture, other].map(({ service }) => service.syncMailbox(at.fixture.queue[0]))
        await Promise.all([...asked, ...visits])
      }
      await settleBoth(at.fixture, other)
      expect(lost).toBeGreaterThan(0)
      await expectBoth(at, wanted)
    })
  },
)

test('S1: a person who signs in again while a visit finds the old sign-in dead stays connected', async () => {
  let meanwhile: (() => Promise<unknown>) | undefined
  const service = startService({
    throughEntra: (entra) => ({
      ...entra,
      async accessToken(...given) {
        const act = meanwhile
        meanwhile = undefined
        if (act === undefined) return entra.accessToken(...given)
        await act()
        throw new SyncError('RECONNECT_REQUIRED', 'the sign-in is dead')
      },
    }),
  })
  const at = await startWriting(service)
  meanwhile = () => at.fixture.connect(at.person)
  at.mailbox.create(oneHour('After signing in again', '2026-11-20'))
  await at.fixture.deliver()
  expect(meanwhile).toBeUndefined()
  await pass(at.fixture, minutes(10))
  await expectBoth(at, ['After signing in again'])
  const { body } = await at.get('/v1/userinfo')
  expect(JSON.stringify(body)).toContain('"profile_connected":true')
})

/** Until nothing of either instance waits. */
async function settleBoth(fixture: ServiceFixture, other: ServiceFixture): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    await fixture.clock.advance(seconds(30))
    await fixture.settle()
    await other.settle()
  }
}
