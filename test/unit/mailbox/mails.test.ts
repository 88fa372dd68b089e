import { expect, test } from 'vitest'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { dailySeries, graphFixture, oneHour } from '../../support/graph-stand-in.ts'
import { inviting } from './meeting-people.ts'

const [ONE, TWO, THREE] = ['one@example.test', 'two@example.test', 'three@example.test'] as const

/** A meeting, and the mails that a change of it sends. */
function mailsOf(change: (mailbox: Mailbox, id: string) => void, event = oneHour('plan', '2026-11-10')): string[] {
  const { mailbox } = graphFixture()
  const { id } = mailbox.create({ ...event, ...inviting(ONE, TWO) }).item
  mailbox.clearMails()
  change(mailbox, id)
  return mailbox.mails.map(({ kind, to, eventId }) => `${kind} ${to}${eventId === id ? '' : ' once'}`)
}

const all = (kind: string) => [`${kind} ${ONE}`, `${kind} ${TWO}`]

test.each<[string, (mailbox: Mailbox, id: string) => void, string[]]>([
  ['a new subject', (mailbox, id) => mailbox.patch(id, { subject: 'other' }), all('update')],
  ['the same subject again', (mailbox, id) => mailbox.patch(id, { subject: 'plan' }), all('update')],
  ['nothing at all', (mailbox, id) => mailbox.patch(id, {}), all('update')],
  ['the same attendees', (mailbox, id) => mailbox.patch(id, inviting(TWO, ONE)), []],
  [
    'other attendees alone',
    (mailbox, id) => mailbox.patch(id, inviting(TWO, THREE)),
    [`cancellation ${ONE}`, `invitation ${THREE}`],
  ],
  [
    'other attendees and a subject',
    (mailbox, id) => mailbox.patch(id, { subject: 'other', ...inviting(TWO, THREE) }),
    [`cancellation ${ONE}`, `update ${TWO}`, `invitation ${THREE}`],
  ],
  ['no attendees any more', (mailbox, id) => mailbox.patch(id, inviting()), all('cancellation')],
  ['a deletion', (mailbox, id) => mailbox.remove(id), all('cancellation')],
  ['housekeeping', (mailbox, id) => mailbox.touch(id), []],
])('%s mails whom it concerns', (_, change, mails) => {
  expect(mailsOf(change)).toEqual(mails)
})

test('an event without attendees mails nobody, and becomes a meeting with the first one', () => {
  const { mailbox } = graphFixture()
  const { id } = mailbox.create(oneHour('alone', '2026-11-10')).item
  mailbox.patch(id, { subject: 'still alone' })
  expect(mailbox.mails).toEqual([])
  mailbox.patch(id, inviting(ONE))
  expect(mailbox.mails.map(({ kind, to }) => [kind, to])).toEqual([['invitation', ONE]])
  expect(mailbox.find(id).instance.item.response.response).toBe('organizer')
})

test('the organiser on the own list of attendees gets no mail and no copy', () => {
  const { mailbox, person } = graphFixture()
  mailbox.create({ ...oneHour('plan', '2026-11-10'), ...inviting(person.userPrincipalName, ONE) })
  expect(mailbox.mails.map(({ to }) => to)).toEqual([ONE])
  expect(mailbox.calendar().store.items.size).toBe(1)
})

test('one occurrence is mailed by its own id', () => {
  const event = dailySeries('daily', '2026-11-10', 3)
  const once = (kind: string) => all(kind).map((mail) => `${mail} once`)
  const second = (id: string) => occurrenceId(id, '2026-11-11')
  expect(mailsOf((mailbox, id) => mailbox.patch(second(id), { subject: 'other' }), event)).toEqual(once('update'))
  expect(mailsOf((mailbox, id) => mailbox.remove(second(id)), event)).toEqual(once('cancellation'))
})

test('a series with a changed occurrence is mailed twice to each', () => {
  const renameBoth = (mailbox: Mailbox, id: string) => {
    mailbox.patch(occurrenceId(id, '2026-11-11'), { subject: 'other' })
    mailbox.clearMails()
    mailbox.patch(id, { location: { displayName: 'Room 1' } })
  }
  const mails = mailsOf(renameBoth, dailySeries('daily', '2026-11-10', 3))
  expect(mails).toEqual([...all('update'), ...all('update').map((mail) => `${mail} once`)])
})
