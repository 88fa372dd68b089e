import { expect, test } from 'vitest'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { SyncError } from '../../shared/core/errors.ts'
import { seconds } from '../../shared/core/time.ts'
import type { Tables } from '../../shared/storage/table.ts'
import type { Connection } from '../support/authorization.ts'
import { createTableCounters } from '../support/counted-tables.ts'
import { answerLines, mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { linesOf } from '../support/reading.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

const EVENTS = 2_000
const PAGES = EVENTS / 200
/** Pages that are committed together; as many are read ahead meanwhile. */
const BATCH = 5

interface Large {
  readonly fixture: ServiceFixture
  readonly mailbox: Mailbox
  readonly reader: Connection
  /** Pages of changes that Microsoft was asked for. */
  pages(): number
}

async function connectLarge(throughTables?: (tables: Tables) => Tables): Promise<Large> {
  const fixture = await startService(throughTables && { throughTables })
  const { person, mailbox } = fillMailbox(
    fixture.world,
    MailboxOrder.parse({ singles: EVENTS - 400, series: 20, occurrences: 20, days: 200 }),
  )
  const reader = await fixture.connect(person)
  const pages = () => fixture.graph.requests.list().filter(({ path }) => path.includes('/delta')).length
  fixture.graph.requests.clear()
  Object.assign(fixture.counters, createTableCounters())
  return { fixture, mailbox, reader, pages }
}

async function untilRead({ fixture, reader }: Large): Promise<void> {
  for (let visits = 1; visits < 500; visits++) {
    await fixture.settle()
    if (await isCurrent(reader)) return
    await fixture.clock.advance(seconds(30))
  }
  throw new Error('the first pull does not end')
}

async function isCurrent(reader: Connection): Promise<boolean> {
  const { body } = await reader.get('/v1/userinfo')
  const data = body['cronofy.data'] as { profiles: { profile_sync: { state: string } }[] }
  return data.profiles[0]?.profile_sync.state === 'current'
}

async function expectEveryEventOnce({ fixture, mailbox, reader }: Large): Promise<void> {
  const span = spanAround(fixture.clock.now())
  expect(await answerLines(reader, span)).toEqual(mailboxLines(mailbox, span))
}

test('Q7: a first pull whose time is spent again and again reads no page twice and writes at most 1.5 rows per event', async () => {
  const large = await connectLarge()
  const { fixture, pages } = large
  // A page takes so long that no visit comes to a second batch.
  fixture.intercept = async (sent) => {
    if (sent.url.includes('/delta')) await fixture.clock.advance(seconds(13))
    return fixture.graph.fetch(sent)
  }
  await untilRead(large)
  // A series is never split, so that some pages end early.
  expect(pages()).toBeLessThanOrEqual(PAGES + 2)
  expect(fixture.counters.rowsWritten / EVENTS).toBeLessThanOrEqual(1.5)
  await expectEveryEventOnce(large)
})

/** Tables whose every so-and-so-many-th commit of an account kills the handler, in turn before and after it is made. */
const dyingEvery =
  (every: number, died: number[]) =>
  (tables: Tables): Tables => {
    let commits = 0
    return {
      table(name) {
        const table = tables.table(name)
        if (name !== 'accounts') return table
        return {
          ...table,
          async commit(partitionKey, writes) {
            const isDeath = ++commits % every === 0
            if (isDeath) died.push(commits)
            if (isDeath && died.length % 2 === 1) throw new SyncError('STORAGE_UNAVAILABLE', 'before the commit')
            const etags = await table.commit(partitionKey, writes)
            if (isDeath) throw new SyncError('OUTCOME_UNKNOWN', 'after the commit')
            return etags
          },
        }
      },
    }
  }

test('Q6: a first pull that dies at every 13th commit repeats no more than what was under way', async () => {
  const died: number[] = []
  const large = await connectLarge(dyingEvery(13, died))
  await untilRead(large)
  expect(died.length).toBeGreaterThan(1)
  // What was read ahead is lost with the batch that was being committed.
  expect(large.pages()).toBeLessThanOrEqual(PAGES + 2 + died.length * 2 * BATCH)
  await expectEveryEventOnce(large)
})

test('G4: failures between which a late visit has read some pages are not failures in a row', async () => {
  const large = await connectLarge()
  const { fixture } = large
  let asked = 0
  fixture.intercept = async ({ url }) => {
    if (!url.includes('/delta')) return undefined
    await fixture.clock.advance(seconds(13))
    asked++
    if (asked !== 2 && asked !== 8) return undefined
    return Response.json({ error: { code: 'ErrorInternalServerError', message: 'no' } }, { status: 500 })
  }
  await untilRead(large)
  expect(linesOf(fixture, 'mailbox-left-alone').map(({ failures }) => failures)).toEqual([1, 1])
})
