import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { CREATION, DELETION, event, useVisitor } from '../support/flowagent-api-requests.ts'

const rig = useVisitor()

test('a deletion is held, hides its event at once, and is sent in the end', async () => {
  rig.api().put(event('evt_1', '18T10:00', '18T11:00'), event('evt_2', '19T10:00', '19T11:00'))
  const thaw = rig.visitor().freeze()
  expect((await rig.ask('DELETE', '/data/events', DELETION)).status).toBe(202)
  expect(rig.writes('DELETE')).toEqual([])
  expect((await rig.items()).map(({ id }) => id)).toEqual(['cal_1_a/evt_2'])
  thaw()
  await eventually('the deletion is sent', () => rig.writes('DELETE').length === 1)
  expect(rig.writes('DELETE')[0]).toEqual({ method: 'DELETE', calendar: 'cal_1_a', body: { event_uid: 'evt_1' } })
})

test('a deletion that is undone is never sent, and the event is back', async () => {
  rig.api().put(event('evt_1', '18T10:00', '18T11:00'))
  const thaw = rig.visitor().freeze()
  const { body } = await rig.ask('DELETE', '/data/events', DELETION)
  expect((await rig.ask('POST', '/data/events/undo', { id: body['id'] })).status).toBe(204)
  expect((await rig.items()).map(({ id }) => id)).toEqual(['cal_1_a/evt_1'])
  thaw()
  await new Promise((resolve) => setTimeout(resolve, 300)) // twice as long as it would have been held
  expect(rig.writes('DELETE')).toEqual([])
})

test('a deletion that is on its way cannot be undone', async () => {
  const { body } = await rig.ask('DELETE', '/data/events', DELETION)
  await eventually('the deletion is sent', () => rig.writes('DELETE').length === 1)
  expect(await rig.ask('POST', '/data/events/undo', { id: body['id'] })).toEqual({
    status: 409,
    body: { problem: 'too_late' },
  })
})

test('a deletion that is held is sent before the person is disconnected', async () => {
  await rig.ask('DELETE', '/data/events', DELETION)
  await rig.ask('POST', '/disconnect')
  expect(rig.writes('DELETE')).toHaveLength(1)
})

test('a deletion that is held is sent before FlowAgent ends', async () => {
  await rig.ask('DELETE', '/data/events', DELETION)
  await rig.visitor().stop()
  expect(rig.writes('DELETE')).toHaveLength(1)
})

test('a deletion survives a time without the API', async () => {
  rig.api().put(event('evt_1', '18T10:00', '18T11:00'))
  await rig.ask('DELETE', '/data/events', DELETION)
  rig.api().isDown = true
  await new Promise((resolve) => setTimeout(resolve, 250))
  rig.api().isDown = false
  await eventually('the deletion is sent', () => rig.writes('DELETE').length === 1)
})

test('all events of a series are deleted and hidden by its own id', async () => {
  rig.api().outcome = { state: 'applied' }
  await rig.ask('POST', '/data/events', {
    ...CREATION,
    fields: { ...CREATION.fields, repeat: { frequency: 'daily', interval: 1 } },
  })
  expect(await rig.items()).toHaveLength(4)
  await rig.ask('DELETE', '/data/events', { ...DELETION, target: { eventId: 'fa-1' }, isSeries: true })
  expect(await rig.items()).toEqual([])
  await eventually('the deletion is sent', () => rig.writes('DELETE').length === 1)
  expect(rig.writes('DELETE')[0]?.body).toEqual({ event_id: 'fa-1' })
})

test('a deletion that is not allowed is explained, and the event is back', async () => {
  rig.api().calendars.push({ id: 'cal_1_r', name: 'Holidays', readOnly: true })
  rig.api().put({ ...event('evt_1', '18T10:00', '18T11:00'), calendar_id: 'cal_1_r' })
  await rig.ask('DELETE', '/data/events', { ...DELETION, calendarId: 'cal_1_r', itemId: 'cal_1_r/evt_1' })
  await rig.visitor().hears('refusals', (message) => message.type === 'refusals' && message.refusals.length === 1)
  expect(await rig.items()).toHaveLength(1)
})
