import { beforeEach, expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { CALLBACK, openChannel, startChannels, told } from '../support/channels.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import type { ServiceFixture } from '../support/service.ts'
import type { Writing } from '../support/writing.ts'

const EVER = 'last_modified=2020-01-01T00:00:00Z'

let writing: Writing
let fixture: ServiceFixture
beforeEach(async () => {
  writing = await startChannels()
  fixture = writing.fixture
})

/** Spoils the sealed bytes of the rows whose keys begin so. */
function spoil(prefix: string): void {
  const rows = fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith(prefix))
  expect(rows).not.toHaveLength(0)
  for (const row of rows)
    fixture.tables.overwrite('accounts', { ...row, properties: { ...row.properties, b0: new Uint8Array(120) } })
}

const quarantined = () => fixture.tables.rows('accounts').filter(({ rowKey }) => rowKey.startsWith('~quarantine-'))

const change = (subject: string) => writing.mailbox.create(oneHour(subject, '2026-11-23'))

test('K1: an entry of the change log that does not open is taken for a change of anything', async () => {
  change('Before')
  await told(fixture)
  await openChannel(writing)
  change('After')
  await fixture.deliver()
  spoil('change.')
  await fixture.clock.advance(minutes(1))
  await fixture.settle()
  expect(fixture.receivers.received.filter(({ url }) => url === CALLBACK).at(-1)?.notification).toMatchObject({
    type: 'change',
  })
  const read = await writing.read(EVER)
  expect(read.map(({ summary }) => summary).sort()).toEqual(['After', 'Before'])
  expect(quarantined().length).toBeGreaterThan(0)
})

test('K1: a request whose kept answer does not open is not done again, and others go on', async () => {
  const headers = { 'idempotency-key': 'one' }
  const path = await writing.path()
  const sent = () => writing.call({ method: 'POST', path, body: writing.meeting(), headers })
  expect((await sent()).status).toBe(202)
  spoil('request.')
  expect((await sent()).status).toBe(500)
  expect((await writing.upsert(writing.meeting({ event_id: 'fa-2', summary: 'Second' }))).status).toBe(202)
  await writing.sync()
  expect(writing.held()).toHaveLength(2)
  expect(quarantined()).toHaveLength(1)
})
