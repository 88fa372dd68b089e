import { expect, test } from 'vitest'
import { seconds } from '../../shared/core/time.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { pathOf, recordSpans } from '../support/recorded-spans.ts'
import { startService } from '../support/service.ts'

async function connected() {
  const { spans, telemetry } = recordSpans()
  const fixture = await startService({ telemetry })
  const [tid = ''] = fixture.world.organisations.keys()
  const person = fixture.world.addPerson({ tid, displayName: 'Anna Holm' })
  const connection = await fixture.connect(person)
  await fixture.settle()
  return { ...fixture, fixture, person, connection, spans, mailbox: fixture.world.mailboxOf(person.oid) }
}

test('a notification, the visit it led to, and every request of the visit are one trace', async () => {
  const { fixture, spans, mailbox } = await connected()
  spans.length = 0
  mailbox.create(oneHour('Planning', '2026-11-25'))
  await fixture.deliver()
  const [first] = spans.filter(({ name }) => name === 'POST /graph/notifications')
  const ours = spans.filter(({ context }) => context.trace === first?.context.trace)
  const paths = ours.map((span) => pathOf(span, spans).join(' > '))
  const visit = 'POST /graph/notifications > send mailbox > visit'
  expect(paths).toContain(`${visit} > pull > GET /me/calendars/{id}/calendarView/delta`)
  expect(paths).toContain(`${visit} > pull > commit accounts`)
  expect(ours.find(({ name }) => name.startsWith('GET /me'))?.facts['status']).toBe(200)
})

test('each wake-up is handled in the trace of what sent it', async () => {
  const { fixture, spans, mailbox } = await connected()
  spans.length = 0
  for (const title of ['One', 'Two', 'Three']) {
    mailbox.create(oneHour(title, '2026-11-25'))
    await fixture.clock.advance(seconds(1))
  }
  await fixture.settle()
  const sent = spans.filter(({ name }) => name === 'send mailbox').map(({ context }) => context.span)
  const visits = spans.filter(({ name }) => name === 'visit')
  expect(visits.map(({ parent }) => parent?.span)).toEqual(sent)
  expect(sent.length).toBeGreaterThan(1)
})

test('a failure is on the request and on what it was for, and not a word of what Graph said', async () => {
  const { fixture, spans, mailbox } = await connected()
  spans.length = 0
  fixture.intercept = ({ url }) =>
    url.includes('delta') ? Response.json({ error: { code: 'X', message: 'canary' } }, { status: 503 }) : undefined
  mailbox.create(oneHour('Planning', '2026-11-25'))
  await fixture.deliver()
  const failed = spans.filter(({ failure }) => failure !== undefined).map(({ name, failure }) => `${name}: ${failure}`)
  expect(failed).toContain('GET /me/calendars/{id}/calendarView/delta: http_503')
  expect(failed).toContain('pull: MICROSOFT_THROTTLED')
  expect(JSON.stringify(spans)).not.toContain('canary')
})

test('a bad carrier in a message is dropped, and the message is handled', async () => {
  const { fixture, spans, connection } = await connected()
  spans.length = 0
  const account = JSON.parse(fixture.logged.find((line) => line.includes('account-connected')) ?? '{}').account
  await fixture.service.syncMailbox({ account, reason: 'notified', trace: '00-bad' })
  expect(spans.find(({ name }) => name === 'visit')).toMatchObject({ parent: undefined, links: [] })
  expect(connection).toBeDefined()
})

test('a visit that the planner woke begins a trace of its own, linked to the planner', async () => {
  const { fixture, spans } = await connected()
  const account = JSON.parse(fixture.logged.find((line) => line.includes('account-connected')) ?? '{}').account
  spans.length = 0
  const trace = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`
  await fixture.service.syncMailbox({ account, reason: 'due', trace })
  const visit = spans.find(({ name }) => name === 'visit')
  expect(visit).toMatchObject({ parent: undefined, links: [{ trace: 'a'.repeat(32) }] })
  expect(visit?.context.trace).not.toBe('a'.repeat(32))
})
