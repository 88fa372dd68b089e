import { expect, test } from 'vitest'
import type { GraphSend } from '../../shared/microsoft/graph/client.ts'
import { createMailbox } from '../../shared/microsoft/graph/mailbox.ts'

const settingsOf = (body: object) => {
  const send: GraphSend = async () => body
  return createMailbox({ send, notificationUrl: '', lifecycleUrl: '' }).settings()
}

const HOURS = {
  daysOfWeek: ['monday', 'friday'],
  startTime: '08:30:00.0000000',
  endTime: '16:00:00.0000000',
  timeZone: { name: 'Pacific Standard Time' },
}
const DANISH = { timeZone: 'Romance Standard Time', language: { locale: 'da-DK' } }

test('working hours are told in their own zone, which need not be the mailbox’s', async () => {
  expect(await settingsOf({ ...DANISH, workingHours: HOURS })).toEqual({
    zone: 'Europe/Copenhagen',
    workingHours: { days: ['MO', 'FR'], start: '08:30:00', end: '16:00:00', zone: 'America/Los_Angeles' },
  })
})

test('a zone of one’s own making counts as the mailbox’s', async () => {
  const timeZone = { '@odata.type': '#microsoft.graph.customTimeZone', name: 'Customized Time Zone', bias: -200 }
  const { workingHours } = await settingsOf({ ...DANISH, workingHours: { ...HOURS, timeZone } })
  expect(workingHours?.zone).toBe('Europe/Copenhagen')
})

test.each([
  ['absent', undefined],
  ['null', null],
  ['without days', { ...HOURS, daysOfWeek: [] }],
  ['without a time', { ...HOURS, startTime: null }],
  ['with a time there is not', { ...HOURS, endTime: '24:00:00' }],
  ['something else', 'nine to five'],
])('working hours that are %s restrict nobody, and do not spoil the zone', async (_, workingHours) => {
  expect(await settingsOf({ ...DANISH, workingHours })).toEqual({ zone: 'Europe/Copenhagen', workingHours: undefined })
})
