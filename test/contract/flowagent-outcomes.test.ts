import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { CREATION, EDIT, event, useVisitor } from '../support/flowagent-api-requests.ts'

const rig = useVisitor()

test('an accepted change is followed, and the page hears what came of it', async () => {
  rig.api().outcome = { state: 'applied', overruled: [{ field: 'summary', value: 'Review, short' }] }
  rig.api().put(event('evt_1', '18T10:00', '18T11:00'))
  await rig.ask('POST', '/data/events', EDIT)
  await rig.visitor().hears('outcome')
  expect(rig.visitor().told).toContainEqual({
    type: 'outcome',
    outcome: { kind: 'edit', title: 'Review', overruled: [{ field: 'summary', value: 'Review, short' }] },
  })
})

test('following goes on through a time without the API', async () => {
  rig.api().outcome = undefined
  await rig.ask('POST', '/data/events', CREATION)
  rig.api().isDown = true
  await new Promise((resolve) => setTimeout(resolve, 100))
  rig.api().isDown = false
  rig.api().actions[0]?.settle({ state: 'applied' })
  await rig.visitor().hears('outcome')
})

test('a rejected change is explained to every page until it is dismissed', async () => {
  const rejection = { state: 'rejected', reason: 'event_gone', description: 'The event was deleted.' } as const
  rig.api().outcome = rejection
  rig.api().put(event('evt_1', '18T10:00', '18T11:00'))
  await rig.ask('POST', '/data/events', EDIT)
  await rig.visitor().hears('refusals', (message) => message.type === 'refusals' && message.refusals.length === 1)
  const last = rig.visitor().told.findLast((message) => message.type === 'refusals')
  const [refusal] = last?.type === 'refusals' ? last.refusals : []
  expect(refusal).toMatchObject({ reason: 'event_gone', sentence: 'The event was deleted.', request: EDIT })
  await rig.ask('POST', '/data/refusals/dismiss', { id: refusal?.id })
  await eventually('nothing is left to explain', () => {
    const now = rig.visitor().told.findLast((message) => message.type === 'refusals')
    return now?.type === 'refusals' && now.refusals.length === 0
  })
})

test('a change that a newer one has replaced is no news', async () => {
  rig.api().outcome = { state: 'superseded' }
  await rig.ask('POST', '/data/events', CREATION)
  await eventually('the action has ended', () => rig.api().actions[0]?.state === 'superseded')
  await rig.visitor().hears('reload')
  expect(rig.visitor().told.some(({ type }) => type === 'outcome')).toBe(false)
})

test('an invitation is answered', async () => {
  rig.api().put(event('evt_1', '18T10:00', '18T11:00'))
  const answer = {
    kind: 'answer',
    calendarId: 'cal_1_a',
    itemId: 'cal_1_a/evt_1',
    title: 'Review',
    target: { uid: 'evt_1' },
  }
  expect((await rig.ask('POST', '/data/events/answer', { ...answer, answer: 'declined' })).status).toBe(202)
  expect(rig.writes('ANSWER')[0]?.body).toEqual({ event_uid: 'evt_1', status: 'declined' })
  expect((await rig.ask('POST', '/data/events/answer', { ...answer, answer: 'perhaps' })).status).toBe(400)
})
