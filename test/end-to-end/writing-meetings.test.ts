import { beforeEach, describe, expect, test } from 'vitest'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing
let colleague: Mailbox

beforeEach(async () => {
  at = await startWriting()
  const bo = at.fixture.world.addPerson({ tid: at.person.tid, displayName: 'Bo Lund' })
  colleague = at.fixture.world.mailboxOf(bo.oid)
})

const BO = { email: 'bo.lund@contoso.example', display_name: 'Bo Lund' }
const invited = (more: object = {}) => at.meeting({ attendees: { invite: [BO] }, ...more })
const theirs = () => [...colleague.calendar().store.items.values()]
const mails = () => at.mailbox.mails.map(({ kind }) => kind)
const patches = () => {
  const bodies: Record<string, unknown>[] = []
  at.fixture.intercept = async (request) => {
    if (request.method === 'PATCH') bodies.push((await request.clone().json()) as Record<string, unknown>)
    return at.fixture.graph.fetch(request)
  }
  return bodies
}

describe('a meeting that an integrator makes', () => {
  beforeEach(async () => {
    await at.upsert(invited())
    await at.sync()
  })

  test('is in the calendar of whoever was invited, and the answer comes back', async () => {
    expect(theirs().map(({ fields }) => fields['subject'])).toEqual(['Board meeting'])
    colleague.respond(theirs()[0]?.id ?? '', 'accepted')
    await at.sync()
    expect((await at.read())[0]?.attendees).toMatchObject([{ email: BO.email, status: 'accepted' }])
  })

  test('sends no mail when a request repeats what was agreed on', async () => {
    at.mailbox.clearMails()
    await at.upsert(invited())
    await at.sync()
    expect(mails()).toEqual([])
  })

  test('keeps the guests that somebody added in Outlook', async () => {
    const guests = (at.held()[0]?.fields['attendees'] ?? []) as object[]
    const added = { emailAddress: { address: 'guest@fabrikam.example' }, type: 'optional' }
    at.mailbox.patch(at.held()[0]?.id ?? '', { attendees: [...guests, added] })
    await at.upsert(invited({ attendees: { invite: [BO, { email: 'third@fabrikam.example' }] } }))
    await at.sync()
    const emails = (await at.read())[0]?.attendees.map(({ email }) => email)
    expect(emails).toEqual([BO.email, 'guest@fabrikam.example', 'third@fabrikam.example'])
  })

  test('does not invite again whom somebody took off in Outlook', async () => {
    at.mailbox.patch(at.held()[0]?.id ?? '', { attendees: [] })
    await at.sync()
    await at.upsert(invited({ summary: 'Renamed' }))
    await at.sync()
    expect((await at.read())[0]).toMatchObject({ summary: 'Renamed', attendees: [] })
  })

  test('takes a guest off who is to be removed', async () => {
    await at.upsert(at.meeting({ attendees: { invite: [], remove: [{ email: BO.email.toUpperCase() }] } }))
    await at.sync()
    expect((await at.read())[0]?.attendees).toEqual([])
  })
})

describe('an invitation', () => {
  const uid = async () => (await at.read())[0]?.event_uid

  beforeEach(async () => {
    const start = { dateTime: at.at(2, '09:00').slice(0, -1), timeZone: 'UTC' }
    const end = { ...start, dateTime: at.at(2, '10:00').slice(0, -1) }
    const attendees = [{ emailAddress: { address: at.person.mail }, type: 'required' }]
    colleague.create({ subject: 'Bo asks', start, end, attendees })
    await at.sync()
  })

  test('is answered, and the organizer sees it', async () => {
    const path = `${await at.path()}/${await uid()}/participation_status`
    const sent = await at.send('POST', path, { status: 'tentative' })
    expect(sent.status).toBe(202)
    expect((await at.read())[0]).toMatchObject({ participation_status: 'tentative', pending: {} })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect((await at.read())[0]).toMatchObject({ participation_status: 'tentative' })
    expect([...(theirs()[0]?.answers.values() ?? [])]).toMatchObject([{ response: 'tentativelyAccepted' }])
  })

  test('whose organizer wants no answers is answered for oneself', async () => {
    colleague.patch(theirs()[0]?.id ?? '', { responseRequested: false })
    await at.fixture.deliver()
    const path = `${await at.path()}/${await uid()}/participation_status`
    const sent = await at.send('POST', path, { status: 'accepted' })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect((await at.read())[0]).toMatchObject({ participation_status: 'accepted' })
    expect([...(theirs()[0]?.answers.values() ?? [])]).toEqual([])
  })

  test('that is declined leaves the calendar', async () => {
    await at.send('POST', `${await at.path()}/${await uid()}/participation_status`, { status: 'declined' })
    await at.sync()
    expect(await at.read()).toEqual([])
  })

  test('cannot be moved by who is not its organizer, and the reason is told', async () => {
    at.writes()
    const sent = await at.upsert({ event_uid: await uid(), start: at.at(3, '09:00'), end: at.at(3, '10:00') })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'rejected', reason: 'organizer_only' })
    expect(at.writes()).toEqual([])
  })

  test('may get a reminder of its own', async () => {
    const sent = await at.upsert({ event_uid: await uid(), reminders: [{ minutes: 45 }] })
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'applied' })
    expect(at.held()[0]?.fields['reminderMinutesBeforeStart']).toBe(45)
  })
})

describe('an online meeting', () => {
  const online = (more: object = {}) => at.meeting({ conferencing: { profile_id: 'integrated' }, ...more })

  beforeEach(async () => {
    await at.upsert(online({ description: 'Agenda: figures' }))
    await at.sync()
  })

  test('has a link, and its text is the person’s own', async () => {
    const [event] = await at.read()
    expect(event?.meeting_url).toMatch(/^https:\/\/teams\.microsoft\.com\//)
    expect(event?.description).toBe('Agenda: figures')
  })

  test('keeps its link when the title changes, because its text is not sent', async () => {
    const bodies = patches()
    await at.upsert(online({ description: 'Agenda: figures', summary: 'Renamed' }))
    await at.sync()
    expect(bodies).toEqual([{ subject: 'Renamed' }])
    expect((await at.read())[0]?.meeting_url).toBeDefined()
  })

  test('keeps its link when its text changes', async () => {
    await at.upsert(online({ description: 'Agenda: people\nand <places>' }))
    await at.sync()
    const [event] = await at.read()
    expect(event?.description.replaceAll('\r\n', '\n')).toBe('Agenda: people\nand <places>')
    expect(event?.meeting_url).toMatch(/^https:\/\/teams\.microsoft\.com\//)
    const again = await at.upsert(online({ description: 'Agenda: people\nand <places>' }))
    await at.sync()
    expect(await at.outcome(again)).toMatchObject({ state: 'unchanged' })
  })

  test('stays one: taking the link off is rejected', async () => {
    const sent = await at.upsert(online({ conferencing: { profile_id: 'none' } }))
    await at.sync()
    expect(await at.outcome(sent)).toMatchObject({ state: 'rejected', reason: 'conferencing_fixed' })
  })
})

test('HTML is cleaned by Exchange once, and does not look changed for ever', async () => {
  const body = at.meeting({ description_html: '<p>Hello <b>all</b></p><p>See you</p>' })
  await at.upsert(body)
  await at.sync()
  at.writes()
  const again = await at.upsert(body)
  await at.sync()
  expect(at.writes()).toEqual([])
  expect(await at.outcome(again)).toMatchObject({ state: 'unchanged' })
})
