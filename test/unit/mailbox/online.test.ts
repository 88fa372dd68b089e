import { expect, test } from 'vitest'
import type { Fields } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { occurrenceId } from '../../../infra/local/microsoft365/mailbox/ids.ts'
import { dailySeries, graphFixture, oneHour } from '../../support/graph-stand-in.ts'

const ONLINE = { isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }
const BODY = { body: { contentType: 'html', content: '<p>Agenda</p>' } }
const OFF = { isOnlineMeeting: false, onlineMeeting: null }

interface Online extends Fields {
  body: { contentType: string; content: string }
  onlineMeeting: { joinUrl: string }
}

function teamsMeeting() {
  const { mailbox } = graphFixture()
  const { id } = mailbox.create({ ...oneHour('plan', '2026-11-10'), ...BODY, ...ONLINE }).item
  const fields = () => mailbox.find(id).instance.fields as Online
  return { mailbox, id, fields, before: fields() }
}

test('a Teams meeting has a join link, in the event and behind the text of the body', () => {
  const { body, onlineMeeting, ...fields } = teamsMeeting().before
  expect(fields).toMatchObject(ONLINE)
  expect(onlineMeeting.joinUrl).toMatch(/^https:\/\/teams\.microsoft\.com\/l\/meetup-join\/19%3ameeting_/)
  expect(body.content).toMatch(
    /<p>Agenda<\/p>\s*<div[^>]*><span[^>]*>_{80}<\/span><\/div>\s*<div class="me-email-text"/,
  )
  expect(body.content).toContain(`<a id="meet_invite_block.action.join_link" href="${onlineMeeting.joinUrl}"`)
})

test.each([
  ['turned off', { isOnlineMeeting: false }],
  ['given another provider', { onlineMeetingProvider: 'skypeForBusiness' }],
  ['asked for again', ONLINE],
])('a Teams meeting that is %s stays the one it is', (_, body) => {
  const { mailbox, id, fields, before } = teamsMeeting()
  mailbox.patch(id, body)
  expect(fields()).toEqual(before)
})

test.each([
  ['another text', { body: { contentType: 'html', content: '<p>Other</p>' } }],
  ['the block as plain text', { body: { contentType: 'text', content: '____\r\nMicrosoft Teams meeting' } }],
  ['no body', { body: null }],
  ['another text and the end of the meeting', { isOnlineMeeting: false, body: { contentType: 'html', content: 'x' } }],
  ['another text and the wish for a meeting', { ...ONLINE, body: { contentType: 'html', content: '<p>Other</p>' } }],
])('%s in place of the body ends the Teams meeting', (_, body) => {
  const { mailbox, id, fields } = teamsMeeting()
  mailbox.patch(id, body)
  expect(fields()).toMatchObject(OFF)
})

test('the address without the block around it ends the Teams meeting', () => {
  const { mailbox, id, fields, before } = teamsMeeting()
  const content = `<p>Join <a href="${before.onlineMeeting.joinUrl}">here</a></p>`
  mailbox.patch(id, { body: { contentType: 'html', content } })
  expect(fields()).toMatchObject(OFF)
})

test('a new text in front of the block keeps the Teams meeting', () => {
  const { mailbox, id, fields, before } = teamsMeeting()
  const content = before.body.content.replace('Agenda', 'New agenda')
  mailbox.patch(id, { body: { contentType: 'html', content } })
  expect(fields()).toEqual({ ...before, body: { contentType: 'html', content } })
})

test('an event becomes a Teams meeting later, also a second time after its link was lost', () => {
  const { mailbox } = graphFixture()
  const { id } = mailbox.create({ ...oneHour('plan', '2026-11-10'), ...BODY }).item
  const first = mailbox.patch(id, { isOnlineMeeting: true }).fields as Online
  expect(first.body.content).toMatch(/Agenda[\s\S]*meetup-join/)
  mailbox.patch(id, BODY)
  const second = mailbox.patch(id, { isOnlineMeeting: true }).fields as Online
  expect(second).toMatchObject(ONLINE)
  expect(second.onlineMeeting.joinUrl).not.toBe(first.onlineMeeting.joinUrl)
})

test('one occurrence can lose the link and its series keeps it', () => {
  const { mailbox } = graphFixture()
  const { id } = mailbox.create({ ...dailySeries('daily', '2026-11-10', 3), ...ONLINE }).item
  const second = occurrenceId(id, '2026-11-11')
  expect(mailbox.find(second).instance.fields).toMatchObject(ONLINE)
  mailbox.patch(second, BODY)
  expect(mailbox.find(second).instance.fields).toMatchObject(OFF)
  expect(mailbox.find(id).instance.fields).toMatchObject(ONLINE)
})

test('the block as text is lines between two rules', async () => {
  const { mailbox, call } = graphFixture()
  const { id } = mailbox.create({ ...oneHour('plan', '2026-11-10'), ...BODY, ...ONLINE }).item
  const answer = await call('GET', `/me/events/${id}`, undefined, { prefer: 'outlook.body-content-type="text"' })
  const { body, onlineMeeting } = (await answer.json()) as Online
  const lines = body.content.split('\r\n')
  expect(lines.slice(0, 4)).toEqual([
    'Agenda',
    '_'.repeat(80),
    'Microsoft Teams meeting',
    `Join: ${onlineMeeting.joinUrl}`,
  ])
  expect(lines.at(-1)).toBe('_'.repeat(80))
})
