import type { Locator, Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { createMailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { idleClock } from '../../infra/local/microsoft365/start.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { between, dailySeries, dayOfWeek, openOutlook } from '../support/outlook.ts'

const eventually = vi.waitFor

test('an event entered in the form is in the mailbox and on the page', async () => {
  await using outlook = await openOutlook()
  const { page } = outlook
  await outlook.open()
  await page.getByRole('button', { name: 'New event' }).click()
  await page.getByLabel('Title').fill('Planning')
  await page.locator('[name=startDate]').fill(dayOfWeek(3))
  await page.locator('[name=startTime]').fill('13:00')
  await page.getByLabel('Location').fill('Valby')
  await page.getByRole('button', { name: 'Save' }).click()
  await outlook.eventNamed('Planning').waitFor()
  expect(outlook.timesOf('Planning')).toEqual([`${dayOfWeek(3)}T13:00 14:00`])
  expect(outlook.failures).toEqual([])
})

test('a repeating event is entered with the days of the week', async () => {
  await using outlook = await openOutlook()
  const { page } = outlook
  await outlook.open()
  await page.keyboard.press('n')
  await page.getByLabel('Title').fill('Swim')
  await page.locator('[name=startDate]').fill(dayOfWeek(1))
  await page.getByLabel('Repeat').selectOption('weekly')
  await page.getByLabel('thursday').check()
  await page.keyboard.press('Enter')
  await outlook.eventNamed('Swim').first().waitFor()
  const days = outlook.timesOf('Swim').map((time) => time.slice(0, 10))
  expect(days).toEqual([dayOfWeek(1), dayOfWeek(4), dayOfWeek(8), dayOfWeek(11)])
})

test('an event dragged down by its own height is an hour later', async () => {
  await using outlook = await openOutlook()
  outlook.mailbox.create({ subject: 'Movable', ...between(2, '10:00', '11:00') })
  await outlook.open()
  const { x, y, width, height } = await boxOf(outlook.eventNamed('Movable'))
  await drag(outlook.page, [x + width / 2, y + height / 2], [x + width / 2, y + height * 1.5])
  await eventually(() => expect(outlook.timesOf('Movable')).toEqual([`${dayOfWeek(2)}T11:00 12:00`]))
})

test('an event pulled at its lower edge becomes longer', async () => {
  await using outlook = await openOutlook()
  outlook.mailbox.create({ subject: 'Elastic', ...between(2, '10:00', '11:00') })
  await outlook.open()
  await outlook.eventNamed('Elastic').hover()
  const { x, y, width, height } = await boxOf(outlook.eventNamed('Elastic'))
  await drag(outlook.page, [x + width / 2, y + height - 2], [x + width / 2, y + height * 2 - 4])
  await eventually(() => expect(outlook.timesOf('Elastic')).toEqual([`${dayOfWeek(2)}T10:00 12:00`]))
})

test('an occurrence dragged onto its neighbour’s day goes back', async () => {
  await using outlook = await openOutlook()
  outlook.mailbox.create(dailySeries('Stand-up'))
  await outlook.open()
  const [first, second] = await Promise.all([0, 1].map((index) => boxOf(outlook.eventNamed('Stand-up').nth(index))))
  const middle = (box = first) => [(box?.x ?? 0) + 40, (box?.y ?? 0) + 20] as const
  await drag(outlook.page, middle(first), [middle(second)[0], middle(second)[1] + 150])
  await outlook.page.locator('.toast--failed').waitFor()
  expect(outlook.timesOf('Stand-up')[0]).toBe(`${dayOfWeek(1)}T10:00 11:00`)
  await expect.poll(async () => (await boxOf(outlook.eventNamed('Stand-up').nth(0))).x).toBeCloseTo(first?.x ?? 0, 0)
})

test('editing one occurrence leaves the others as they are', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  mailbox.create(dailySeries('Stand-up'))
  await outlook.open()
  await outlook.eventNamed('Stand-up').nth(1).click()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('button', { name: 'Only this one' }).click()
  await page.getByLabel('Title').fill('Stand-up, long')
  await page.getByRole('button', { name: 'Save' }).click()
  await outlook.eventNamed('Stand-up, long').waitFor()
  expect(outlook.subjects()).toEqual(['Stand-up', 'Stand-up, long', 'Stand-up', 'Stand-up', 'Stand-up'])
})

test('editing the series changes all of it and keeps its pattern', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  mailbox.create(dailySeries('Stand-up'))
  await outlook.open()
  await outlook.eventNamed('Stand-up').nth(2).click()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('button', { name: 'The whole series' }).click()
  await page.getByLabel('Title').fill('Morning round')
  await page.getByRole('button', { name: 'Save' }).click()
  await outlook.eventNamed('Morning round').first().waitFor()
  expect(outlook.subjects()).toEqual(Array.from({ length: 5 }, () => 'Morning round'))
})

test('deleting one occurrence leaves four', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  mailbox.create(dailySeries('Stand-up'))
  await outlook.open()
  await outlook.eventNamed('Stand-up').nth(1).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Only this one' }).click()
  await eventually(() => expect(outlook.subjects()).toHaveLength(4))
  expect(outlook.timesOf('Stand-up').map((time) => time.slice(0, 10))).not.toContain(dayOfWeek(2))
})

test('a change made elsewhere appears without a reload', async () => {
  await using outlook = await openOutlook()
  await outlook.open()
  await outlook.page.locator('#calendars li').waitFor()
  await outlook.page.waitForResponse(/version/)
  outlook.mailbox.create({ subject: 'From elsewhere', ...between(4, '09:00', '10:00') })
  await outlook.eventNamed('From elsewhere').waitFor()
})

test('an event is opened and closed with the keyboard, and the focus comes back to it', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  mailbox.create({ subject: 'Reachable', ...between(3, '09:00', '10:00') })
  await outlook.open()
  await outlook.eventNamed('Reachable').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Reachable' }).waitFor()
  await page.keyboard.press('Escape')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Reachable')
})

test('an invitation can be answered and not be changed', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  const invitation = { subject: 'Board', ...between(3, '09:00', '10:00') }
  mailbox.create(invitation, { organizer: { name: 'Bo', address: 'bo@elsewhere.example' } })
  await outlook.open()
  await outlook.eventNamed('Board').click()
  expect(await page.getByRole('button', { name: 'Edit' }).isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByText('Answer sent').waitFor()
  expect(mailbox.view({ from: 0, to: Number.MAX_SAFE_INTEGER })[0]?.item.response.response).toBe('accepted')
})

test('notes of a Teams meeting are edited without losing its link', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  const body = { contentType: 'text', content: 'Agenda' }
  const { item } = mailbox.create({ subject: 'Call', ...between(3, '09:00', '10:00'), body, isOnlineMeeting: true })
  const link = () => mailbox.find(item.id).instance.fields['onlineMeeting'] as { joinUrl: string } | null
  const joinUrl = link()?.joinUrl ?? ''
  await outlook.open()
  await outlook.eventNamed('Call').click()
  expect(await page.getByRole('link', { name: 'Join the Teams meeting' }).getAttribute('href')).toBe(joinUrl)
  await page.getByRole('button', { name: 'Edit' }).click()
  await eventually(async () => expect(await page.getByLabel('Notes').inputValue()).toBe('Agenda'))
  await page.getByLabel('Notes').fill('Agenda\nand <more>')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Event saved').waitFor()
  expect(link()?.joinUrl).toBe(joinUrl)
  await outlook.eventNamed('Call').click()
  await page.getByRole('dialog').getByText('and <more>').waitFor()
})

test('one occurrence of an invitation is answered, and a called-off series is shown as such', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  const bo = { ...mailbox.owner, displayName: 'Bo Lind', mail: 'bo@elsewhere.example' }
  const theirs = createMailbox({ owner: bo, clock: idleClock, random: systemRandom, recipientAt: () => mailbox })
  const attendees = [{ emailAddress: { address: mailbox.owner.userPrincipalName } }]
  const { item } = theirs.create({ ...dailySeries('Stand-up'), attendees })
  await outlook.open()
  await outlook.eventNamed('Stand-up').nth(1).click()
  await page.getByRole('button', { name: 'Tentative', exact: true }).click()
  await page.getByRole('button', { name: 'Only this one' }).click()
  await page.getByText('Answer sent').waitFor()
  expect(mailbox.mails.map(({ kind, to }) => [kind, to])).toEqual([['response', bo.mail]])
  await page.waitForResponse(/version/)
  theirs.remove(item.id)
  await outlook.eventNamed('Canceled: Stand-up').first().click()
  await page.getByText('This meeting was cancelled.').waitFor()
  expect(await page.getByRole('button', { name: 'Accept', exact: true }).isVisible()).toBe(false)
})

test('the organiser sees who has answered what', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  const attendees = ['bo', 'cy'].map((name) => ({ emailAddress: { name, address: `${name}@elsewhere.example` } }))
  const { iCalUId } = mailbox.create({ subject: 'Board', ...between(3, '09:00', '10:00'), attendees }).item
  const answer = { response: 'accepted', time: '2026-11-20T09:00:00Z' }
  mailbox.receiveReply({ iCalUId, from: 'bo@elsewhere.example', answer })
  await outlook.open()
  await outlook.eventNamed('Board').click()
  expect(await page.locator('.people li').allTextContents()).toEqual(['boaccepted', 'cyno answer'])
})

test('what Graph refuses is told and nothing is lost from the page', async () => {
  await using outlook = await openOutlook()
  const { page, mailbox } = outlook
  const { item } = mailbox.create({ subject: 'Contested', ...between(3, '09:00', '10:00') })
  await outlook.open()
  await outlook.eventNamed('Contested').click()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Title').fill('Mine')
  mailbox.patch(item.id, { subject: 'Theirs' })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody changed this event meanwhile').waitFor()
  await outlook.eventNamed('Theirs').waitFor()
})

async function boxOf(located: Locator) {
  await located.waitFor()
  const box = await located.boundingBox()
  if (box === null) throw new Error('the event is not on the page')
  return box
}

async function drag({ mouse }: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await mouse.move(...from)
  await mouse.down()
  await mouse.move(...to, { steps: 8 })
  await mouse.up()
}
