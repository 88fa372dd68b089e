import { expect, test } from 'vitest'
import { answerOf } from '../../../infra/local/microsoft365/mailbox/answers.ts'
import { oneHour } from '../../support/graph-stand-in.ts'
import { BO, CY, inviting, mailed, only, people, shown, subjects } from './meeting-people.ts'

const code = (name: string) => expect.objectContaining({ code: name })

function meeting() {
  const all = people()
  const { id, iCalUId } = all.ada.create({ ...oneHour('plan', '2026-11-10'), ...inviting(BO, CY) }).item
  return { ...all, id, iCalUId }
}

test('an invited person gets a copy with an id of its own, which nobody has answered', () => {
  const { bo, id, iCalUId } = meeting()
  const { item, fields } = only(bo)
  expect(item).toMatchObject({ iCalUId, organizer: { address: 'ada.holm@contoso.test' } })
  expect(item.id).not.toBe(id)
  expect(fields).toMatchObject({ subject: 'plan', showAs: 'tentative' })
  expect(item.response.response).toBe('notResponded')
})

test('each kind of change reaches the copies', () => {
  const { ada, bo, cy, id } = meeting()
  ada.patch(id, { subject: 'plans', ...oneHour('plans', '2026-11-12') })
  expect(only(bo)).toMatchObject({ fields: { subject: 'plans' }, span: { start: '2026-11-12T09:00:00.0000000' } })
  ada.patch(id, inviting(CY))
  expect(only(bo).fields).toMatchObject({ subject: 'Canceled: plans', isCancelled: true, showAs: 'free' })
  expect(subjects(cy)).toEqual(['plans'])
  ada.remove(id)
  expect(subjects(cy)).toEqual(['Canceled: plans'])
  expect(subjects(ada)).toEqual([])
})

test('who is invited again has the meeting back', () => {
  const { ada, bo, id } = meeting()
  ada.patch(id, inviting(CY))
  ada.patch(id, inviting(CY, BO))
  expect(only(bo).fields).toMatchObject({ subject: 'plan', showAs: 'tentative' })
  expect(only(bo).fields['isCancelled']).toBeUndefined()
})

test('an answer is written into the organiser’s event, which gets a new version', () => {
  const { ada, bo, id } = meeting()
  const before = ada.find(id).instance.item.version
  bo.respond(only(bo).item.id, 'accepted')
  expect(answerOf(ada.find(id).instance, 'Bo.Lind@contoso.test').response).toBe('accepted')
  expect(answerOf(ada.find(id).instance, CY).response).toBe('none')
  expect(ada.find(id).instance.item.version).toBeGreaterThan(before)
  expect(only(bo).fields['showAs']).toBe('busy')
  expect(mailed(bo)).toEqual(['response ada.holm@contoso.test'])
})

test('an answer that is not sent stays with the person', () => {
  const { ada, bo, id } = meeting()
  const { version } = ada.find(id).instance.item
  bo.respond(only(bo).item.id, 'tentativelyAccepted', false)
  expect(only(bo).item.response.response).toBe('tentativelyAccepted')
  expect(ada.find(id).instance.item.version).toBe(version)
  expect(bo.mails).toEqual([])
})

test('declining removes the copy and tells the organiser, deleting it tells nobody', () => {
  const { ada, bo, cy, id } = meeting()
  bo.respond(only(bo).item.id, 'declined')
  cy.remove(only(cy).item.id)
  expect([shown(bo), shown(cy)]).toEqual([[], []])
  expect([BO, CY].map((who) => answerOf(ada.find(id).instance, who).response)).toEqual(['declined', 'none'])
  expect(cy.mails).toEqual([])
})

test('a cancelled meeting can be removed and not be answered', () => {
  const { ada, bo, id } = meeting()
  ada.remove(id)
  expect(() => bo.respond(only(bo).item.id, 'accepted')).toThrow(code('ErrorCalendarIsCancelledForAccept'))
  bo.remove(only(bo).item.id)
  expect(shown(bo)).toEqual([])
})

test('new times ask everybody again, a new subject does not', () => {
  const { ada, bo, id } = meeting()
  bo.respond(only(bo).item.id, 'accepted')
  ada.patch(id, { subject: 'renamed' })
  expect(answerOf(ada.find(id).instance, BO).response).toBe('accepted')
  expect(only(bo).item.response.response).toBe('accepted')
  ada.patch(id, { start: { dateTime: '2026-11-12T09:00:00', timeZone: 'UTC' } })
  expect(answerOf(ada.find(id).instance, BO).response).toBe('none')
  expect(only(bo).item.response.response).toBe('notResponded')
})

test('an answer survives a list of attendees that still names the person', () => {
  const { ada, bo, id } = meeting()
  bo.respond(only(bo).item.id, 'accepted')
  ada.patch(id, inviting(BO))
  expect(answerOf(ada.find(id).instance, BO).response).toBe('accepted')
})

test.each([
  ['subject', { subject: 'mine' }],
  ['start', { start: { dateTime: '2026-11-12T09:00:00', timeZone: 'UTC' } }],
  ['isAllDay', { isAllDay: false }],
  ['location', { location: { displayName: 'here' } }],
  ['body', { body: { contentType: 'text', content: 'mine' } }],
  ['attendees', { attendees: [] }],
  ['recurrence', { recurrence: null }],
  ['isOnlineMeeting', { isOnlineMeeting: true }],
])('an attendee cannot change %s of the copy', (_, body) => {
  const { bo } = meeting()
  expect(() => bo.patch(only(bo).item.id, body)).toThrow(code('ErrorAccessDenied'))
  expect(subjects(bo)).toEqual(['plan'])
})

test('an attendee’s own settings are allowed, kept by updates and told to nobody', () => {
  const { ada, bo, id } = meeting()
  const own = {
    isReminderOn: true,
    reminderMinutesBeforeStart: 5,
    categories: ['Red category'],
    showAs: 'oof',
    sensitivity: 'private',
    importance: 'high',
  }
  bo.patch(only(bo).item.id, own)
  ada.patch(id, { subject: 'renamed', categories: ['Blue category'] })
  expect(only(bo).fields).toMatchObject({ ...own, subject: 'renamed' })
  expect(bo.mails).toEqual([])
})

test('a copy does not tell how others answered, nor who they are when that is hidden', () => {
  const { ada, bo, cy, id } = meeting()
  cy.respond(only(cy).item.id, 'accepted')
  ada.patch(id, { subject: 'plans' })
  expect(answerOf(only(bo), CY).response).toBe('none')
  ada.patch(id, { hideAttendees: true, ...inviting(BO, CY) })
  expect(only(bo).fields['attendees']).toEqual(inviting(BO).attendees)
})

test('people without a mailbox here are written to all the same', () => {
  const { ada } = people()
  ada.create({ ...oneHour('call', '2026-11-10'), ...inviting('guest@elsewhere.test') })
  expect(mailed(ada)).toEqual(['invitation guest@elsewhere.test'])
})
