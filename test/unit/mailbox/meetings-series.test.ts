import { expect, test } from 'vitest'
import { answerOf, responseOf } from '../../../infra/local/microsoft365/mailbox/answers.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import { dailySeries, oneHour } from '../../support/graph-stand-in.ts'
import { BO, CY, inviting, only, people, shown, subjects, year } from './meeting-people.ts'

function series() {
  const all = people()
  const { id } = all.ada.create({ ...dailySeries('daily', '2026-11-10', 3), ...inviting(BO) }).item
  const copy = shown(all.bo)[0]?.item
  if (copy === undefined) throw new Error('the invitation did not arrive')
  all.ada.clearMails()
  return { ...all, id, second: occurrenceId(id, '2026-11-11'), copy, copiedSecond: occurrenceId(copy.id, '2026-11-11') }
}

test('an occurrence that the organiser changes is changed in the copy', () => {
  const { ada, bo, second } = series()
  ada.patch(second, oneHour('moved', '2026-11-11', 14))
  expect(subjects(bo)).toEqual(['daily', 'moved', 'daily'])
  expect(shown(bo)[1]).toMatchObject({ type: 'exception', span: { start: '2026-11-11T14:00:00.0000000' } })
})

test('an occurrence that the organiser cancels stays in the copy as cancelled until it is removed', () => {
  const { ada, bo, second, copiedSecond } = series()
  ada.remove(second)
  expect(subjects(ada)).toEqual(['daily', 'daily'])
  expect(subjects(bo)).toEqual(['daily', 'Canceled: daily', 'daily'])
  bo.remove(copiedSecond)
  expect(subjects(bo)).toEqual(['daily', 'daily'])
})

test('an answer to one occurrence counts for that one, an answer to the series for all', () => {
  const { ada, bo, id, second, copy, copiedSecond } = series()
  bo.respond(copiedSecond, 'tentativelyAccepted')
  const answers = () => ada.instances(id, year).map((each) => answerOf(each, BO).response)
  expect(answers()).toEqual(['none', 'tentativelyAccepted', 'none'])
  expect(ada.find(second).instance.type).toBe('exception')
  expect(shown(bo).map((each) => responseOf(each).response)).toEqual([
    'notResponded',
    'tentativelyAccepted',
    'notResponded',
  ])
  bo.respond(copy.id, 'accepted')
  expect(answers()).toEqual(['accepted', 'accepted', 'accepted'])
  expect(shown(bo).map((each) => responseOf(each).response)).toEqual(['accepted', 'accepted', 'accepted'])
})

test('a declined occurrence leaves the copy, and comes back when the organiser moves it', () => {
  const { ada, bo, second, copiedSecond } = series()
  bo.respond(copiedSecond, 'declined')
  expect(subjects(bo)).toEqual(['daily', 'daily'])
  expect(answerOf(ada.find(second).instance, BO).response).toBe('declined')
  ada.patch(second, oneHour('daily', '2026-11-11', 16))
  expect(subjects(bo)).toEqual(['daily', 'daily', 'daily'])
  expect(answerOf(ada.find(second).instance, BO).response).toBe('none')
  expect(bo.find(copiedSecond).instance.type).toBe('exception')
})

test('an occurrence that the attendee removed does not come back as cancelled', () => {
  const { ada, bo, second, copiedSecond } = series()
  bo.remove(copiedSecond)
  ada.remove(second)
  expect(subjects(bo)).toEqual(['daily', 'daily'])
})

test('an occurrence with a list of its own follows the list of the series', () => {
  const { ada, bo, cy, id, second } = series()
  ada.patch(second, inviting(BO, 'guest@elsewhere.test'))
  ada.patch(id, inviting(CY))
  const invited = (ada.find(second).instance.fields['attendees'] as { emailAddress: { address: string } }[]).map(
    ({ emailAddress }) => emailAddress.address,
  )
  expect(invited).toEqual(['guest@elsewhere.test', CY])
  expect([subjects(cy), bo.find(shown(bo)[0]?.item.id ?? '').instance.fields['isCancelled']]).toEqual([
    ['daily', 'daily', 'daily'],
    true,
  ])
})

test('an answer to an occurrence that the series has no more is kept by the person and changes nothing', () => {
  const { ada, cy, id, second } = series()
  ada.patch(second, inviting(BO, CY))
  ada.patch(id, { start: { dateTime: '2026-12-12T09:00:00', timeZone: 'UTC' } })
  const { version } = ada.find(id).instance.item
  cy.respond(only(cy).item.id, 'accepted')
  expect(only(cy).item.response.response).toBe('accepted')
  expect(ada.find(id).instance.item.version).toBe(version)
})

test('who is invited to one occurrence only has that one, and answers for it', () => {
  const { ada, bo, cy, id, second } = series()
  ada.patch(second, inviting(BO, CY))
  expect(only(cy)).toMatchObject({ type: 'singleInstance', span: { start: '2026-11-11T09:00:00.0000000' } })
  cy.respond(only(cy).item.id, 'accepted')
  expect(ada.instances(id, year).map((each) => answerOf(each, CY).response)).toEqual(['none', 'accepted', 'none'])
  ada.remove(second)
  expect([subjects(cy), subjects(bo)[1]]).toEqual([['Canceled: daily'], 'Canceled: daily'])
})

test('new times of a series reach the copy, and the exceptions in it are gone', () => {
  const { ada, bo, id, second } = series()
  ada.patch(second, { subject: 'other' })
  ada.patch(id, { start: { dateTime: '2026-11-12T09:00:00', timeZone: 'UTC' } })
  expect(shown(bo).map(({ span }) => span.start.slice(0, 10))).toEqual(['2026-11-12', '2026-11-13', '2026-11-14'])
  expect(subjects(bo)).toEqual(['daily', 'daily', 'daily'])
})

test('who joins a series later gets it without the cancelled occurrences and with the changed ones', () => {
  const { ada, cy, id, second } = series()
  ada.remove(occurrenceId(id, '2026-11-10'))
  ada.patch(second, { subject: 'other' })
  ada.patch(id, inviting(BO, CY))
  expect(subjects(cy)).toEqual(['other', 'daily'])
})
