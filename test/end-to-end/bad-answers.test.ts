import { beforeAll, describe, expect, test } from 'vitest'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { days, minutes } from '../../shared/core/time.ts'
import type { Connection } from '../support/authorization.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { answerLines, mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { type ServiceFixture, startService } from '../support/service.ts'

describe('an answer of Graph that does not match its schema', () => {
  let fixture: ServiceFixture
  let mailbox: Mailbox
  let reader: Connection

  beforeAll(async () => {
    fixture = await startService()
    const filled = fillMailbox(fixture.world, MailboxOrder.parse({ singles: 20, series: 2, occurrences: 5 }))
    mailbox = filled.mailbox
    reader = await fixture.connect(filled.person)
    await fixture.settle()
  })

  const link = { '@odata.deltaLink': 'http://localhost:4000/v1.0/me/calendarView/delta?$deltatoken=forged' }
  const AWAY = 'https://evil.example/v1.0/me/calendarView/delta?$deltatoken=x'
  const event = { id: 'x', subject: 'Half an event', start: { dateTime: '2026-11-20T09:00:00', timeZone: 'UTC' } }
  const asJson = (body: unknown) => () => Response.json(body)
  test.each<[string, () => Response]>([
    ['is empty', asJson({})],
    ['is a list', asJson([])],
    ['has no link', asJson({ value: [] })],
    ['has a value that is no list', asJson({ value: 'x', ...link })],
    ['has an item without an id', asJson({ value: [{ subject: 'x' }], ...link })],
    ['has an item without an end', asJson({ value: [event], ...link })],
    ['is a page of HTML', () => new Response('<h1>Sorry</h1>')],
    ['has a next link that leads away from Graph', asJson({ value: [], '@odata.nextLink': AWAY })],
    ['has a delta link that leads away from Graph', asJson({ value: [], '@odata.deltaLink': AWAY })],
    ['has a link that is none', asJson({ value: [], '@odata.deltaLink': 'none' })],
  ])('that %s is a typed failure, moves no cursor and is healed by the next good answer', async (what, answer) => {
    const span = spanAround(fixture.clock.now())
    const before = await answerLines(reader, span)
    const failures = fixture.logged.length
    fixture.intercept = ({ url }) => (url.includes('/delta') ? answer() : undefined)
    mailbox.create(oneHour(`Made while Graph's answer ${what}`, '2026-11-20'))
    await fixture.deliver()
    expect(fixture.logged.slice(failures).join()).toContain('MICROSOFT_UNEXPECTED_SHAPE')
    expect(await answerLines(reader, span)).toEqual(before)

    fixture.intercept = () => undefined
    await fixture.clock.advance(minutes(5))
    await fixture.service.wakeDue()
    await fixture.settle()
    expect(await answerLines(reader, span)).toEqual(mailboxLines(mailbox, span))
  })
})

describe('a caller of the API', () => {
  let fixture: ServiceFixture
  let mine: Connection
  let other: Connection

  beforeAll(async () => {
    fixture = await startService()
    const [one, two] = [
      fillMailbox(fixture.world, MailboxOrder.parse({ singles: 2_100 })),
      fillMailbox(fixture.world, MailboxOrder.parse({})),
    ]
    mine = await fixture.connect(one.person)
    other = await fixture.connect(two.person)
    await fixture.settle()
  })

  test('cannot open a page of somebody else, or one with a changed token', async () => {
    const { body } = await mine.get('/v1/events?tzid=Etc/UTC')
    const { next_page: next = '' } = body['pages'] as { next_page?: string }
    expect((await mine.get(next)).status).toBe(200)
    expect((await other.get(next)).status).toBe(404)
    expect((await mine.get(`${next.slice(0, -3)}AAA`)).status).toBe(404)
    expect((await mine.get('/v1/events/pages/nonsense')).status).toBe(404)
  })

  test('is refused with an access token that has expired', async () => {
    expect((await mine.get('/v1/account')).status).toBe(200)
    await fixture.clock.advance(days(2))
    expect(await mine.get('/v1/account')).toMatchObject({ status: 401, body: { error: 'UNAUTHENTICATED' } })
  })
})
