import { expect, test } from 'vitest'
import { later, minutes, seconds } from '../../shared/core/time.ts'
import type { Table, Tables } from '../../shared/storage/table.ts'
import { PLANNER } from '../support/authorization.ts'
import { CALLBACK, listed, openChannel, startChannels, told } from '../support/channels.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { linesOf, pass } from '../support/reading.ts'
import { OK } from '../support/receivers.ts'
import { type ServiceFixture, startService } from '../support/service.ts'
import type { Writing } from '../support/writing.ts'

/** What is done after a commit that named changes and did not end with them; a test sets it. */
let between: () => Promise<void> = async () => {}
let isDead = false

const watched = (tables: Tables): Tables => ({
  table(name) {
    const table = tables.table(name)
    const commit: Table['commit'] = async (partition, writes) => {
      // Receivers read through this service as well, and that is recorded.
      if (isDead && name !== 'audit') throw new Error('the process is gone')
      const etags = await table.commit(partition, writes)
      if (name === 'accounts' && writes.some(({ rowKey }) => rowKey.startsWith('change.'))) await between()
      return etags
    }
    return { ...table, commit }
  },
})

async function start(): Promise<{ writing: Writing; fixture: ServiceFixture; beside: ServiceFixture }> {
  between = async () => {}
  isDead = false
  const writing = await startChannels(startService({ throughTables: watched }))
  return { writing, fixture: writing.fixture, beside: await startService({ beside: writing.fixture }) }
}

/** What a receiver knows that reads with each notification it gets, as it gets it. */
function readAtOnce(writing: Writing): Set<string> {
  const known = new Set<string>()
  writing.fixture.receivers.answer = async ({ notification }) => {
    if (notification.changes_since === undefined) return OK
    const read = await writing.read(`include_managed=true&last_modified=${notification.changes_since}`)
    for (const { summary } of read) known.add(summary)
    return OK
  }
  return known
}

const channelOf = ({ fixture }: Writing) =>
  fixture.tables.rows('accounts').find(({ rowKey }) => rowKey.startsWith('state.channel.'))

/** Another handler looks at the channel, as one does that was woken by an earlier visit. */
async function lookAtChannel(writing: Writing, beside: ServiceFixture): Promise<void> {
  const row = channelOf(writing)
  const channel = row?.rowKey.slice('state.channel.'.length)
  await beside.service.notifyChannel({ account: row?.partitionKey, channel, reason: 'changed' })
}

test('changes that are being written while a channel is looked at are told again when they are there', async () => {
  const { writing, fixture, beside } = await start()
  await openChannel(writing)
  const known = readAtOnce(writing)
  let looks = 0
  between = async () => {
    looks++
    await lookAtChannel(writing, beside)
  }
  for (let at = 0; at < 150; at++) writing.mailbox.create(oneHour(`Event ${at}`, '2026-11-23'))
  await fixture.deliver()
  between = async () => {}
  await told(fixture)
  expect(looks).toBeGreaterThan(0)
  expect(known.size).toBe(150)
})

test('the same for what another integrator writes in a burst', async () => {
  const { writing, fixture, beside } = await start()
  await openChannel(writing)
  const planner = await writing.as(PLANNER)
  const known = readAtOnce(writing)
  let looks = 0
  between = async () => {
    looks++
    await lookAtChannel(writing, beside)
  }
  const path = await writing.path()
  for (let at = 0; at < 70; at++)
    await planner.send('POST', path, planner.meeting({ event_id: `p-${at}`, summary: `Theirs ${at}` }))
  await fixture.settle()
  between = async () => {}
  await told(fixture)
  expect(looks).toBeGreaterThan(0)
  expect(known.size).toBe(70)
})

test('what a visit wrote before it died is told after the next one', async () => {
  const { writing, fixture, beside } = await start()
  await openChannel(writing)
  const known = readAtOnce(writing)
  between = async () => {
    isDead = true
  }
  for (let at = 0; at < 150; at++) writing.mailbox.create(oneHour(`Event ${at}`, '2026-11-23'))
  await fixture.deliver().catch(() => undefined)
  await lookAtChannel(writing, beside)
  between = async () => {}
  isDead = false
  await pass(fixture, minutes(70))
  await told(fixture)
  expect(known.size).toBe(150)
})

test('a channel that was told by an instance whose clock is ahead does not fall silent for the others', async () => {
  const { writing, fixture } = await start()
  const { clock } = fixture
  await openChannel(writing)
  const now = () => later(clock.now(), minutes(5))
  const ahead = await startService({ beside: fixture, clock: { ...clock, now } })
  writing.mailbox.create(oneHour('Lunch', '2026-11-23'))
  await clock.advance(seconds(1))
  for (const wakeUp of fixture.queue) await fixture.service.syncMailbox(wakeUp)
  await lookAtChannel(writing, ahead)
  expect(fixture.receivers.taken()).toEqual(['change'])
  await clock.advance(seconds(15))
  writing.mailbox.create(oneHour('Dinner', '2026-11-23'))
  expect(await told(fixture)).toEqual(['change'])
})

test('a rejection behind an action that waits is told at once, and not again when that action has ended', async () => {
  const { writing, fixture } = await start()
  await openChannel(writing, { notification_types: ['event_write_failed'] })
  let isFailing = true
  fixture.intercept = async (sent) => {
    if (!isFailing || !sent.url.endsWith('/$batch')) return undefined
    const { requests } = (await sent.clone().json()) as { requests: { id: string; body?: { subject?: string } }[] }
    if (!requests.some(({ body }) => body?.subject === 'Waits')) return undefined
    const error = { code: 'ErrorInternalServerError', message: 'no' }
    return Response.json({
      responses: requests.map(({ id, body }) => ({
        id,
        status: body?.subject === 'Waits' ? 500 : 400,
        body: { error },
      })),
    })
  }
  await writing.upsert(writing.meeting({ event_id: 'a', summary: 'Waits' }))
  await writing.upsert(writing.meeting({ event_id: 'b', summary: 'x'.repeat(1024) }))
  expect(await told(fixture)).toEqual(['event_write_failed'])
  isFailing = false
  await pass(fixture, minutes(10), minutes(1))
  expect(fixture.receivers.taken()).toEqual([])
  await writing.upsert(writing.meeting({ event_id: 'c', summary: 'y'.repeat(1024) }))
  expect(await told(fixture, seconds(30))).toEqual(['event_write_failed'])
  expect(fixture.receivers.received.at(-1)?.notification['writes']).toMatchObject([{ event_id: 'c' }])
  expect(fixture.receivers.received.at(-1)?.url).toBe(CALLBACK)
})

test('X2: a receiver that says 410 while its integrator asks for the channel again keeps it, and is told', async () => {
  const { writing, fixture } = await start()
  const { channel_id } = await openChannel(writing)
  fixture.receivers.answer = async () => {
    fixture.receivers.answer = () => OK
    await writing.send('POST', '/v1/channels', { callback_url: CALLBACK })
    return { kind: 'answered', status: 410 }
  }
  writing.mailbox.create(oneHour('Lunch', '2026-11-23'))
  await told(fixture)
  expect(await listed(writing)).toMatchObject([{ channel_id, status: 'active' }])
  await fixture.clock.advance(minutes(5))
  await fixture.settle()
  expect(fixture.receivers.received.at(-1)?.notification.type).toBe('change')
  expect(fixture.receivers.received.length).toBeGreaterThan(2)
})

test('K7: an answer that comes when its account was erased meanwhile is nobody\u2019s failure', async () => {
  const { writing, fixture } = await start()
  await openChannel(writing)
  const account = channelOf(writing)?.partitionKey ?? ''
  fixture.receivers.answer = async () => {
    fixture.receivers.answer = () => OK
    await fixture.service.erasure.begin(account, 'person')
    await fixture.service.syncMailbox({ account, reason: 'erase' })
    return OK
  }
  writing.mailbox.create(oneHour('Lunch', '2026-11-23'))
  await fixture.deliver()
  await fixture.clock.advance(seconds(15))
  await fixture.settle()
  expect(fixture.receivers.received.map(({ notification }) => notification.type)).toContain('profile_disconnected')
  expect(linesOf(fixture, 'account-wiped')).toHaveLength(1)
  expect(linesOf(fixture, 'channel-not-told')).toEqual([])
})
