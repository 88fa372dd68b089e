import { expect, test } from 'vitest'
import { faintWords } from '../support/contrast.ts'
import { dragEvent } from '../support/flowagent-api-hands.ts'
import { item, named, REVIEW, review, useWeek, wall } from '../support/flowagent-api-week.ts'

const week = useWeek()

test('fields that the API refuses are marked in the form, which stays open', async () => {
  const { page } = await week.open()
  await page.locator('#new-event').click()
  await page.getByLabel('Title').fill('Planning')
  week.rig().api.invalid = { summary: [{ key: 'errors.invalid', description: 'must not have control characters' }] }
  await named(page, 'Save').click()
  await page.getByText('must not have control characters').waitFor()
  expect(await page.getByLabel('Title').getAttribute('aria-invalid')).toBe('true')
  expect(await page.locator('#grid').getByText('Planning').count()).toBe(0)
  week.rig().api.invalid = undefined
  await named(page, 'Save').click()
  await page.locator('#grid').getByText('Planning').waitFor()
})

test('an invitation can be answered and not be changed, and says why', async () => {
  const organizer = { email: 'a@x.example', display_name: 'Anna Holm' }
  const options = { update: false, delete: true, change_participation_status: true }
  const { page } = await week.open({ ...REVIEW, organizer, options, participation_status: 'needs_action' })
  await dragEvent(page, review(page), { hours: 2 })
  expect(await review(page).getAttribute('aria-label')).toMatch(/10:00/)
  if (!(await page.getByRole('dialog').isVisible())) await review(page).click()
  await page.getByText('Only Anna Holm, who organises this event, can change it.').waitFor()
  expect(await named(page, 'Edit').count()).toBe(0)
  expect(await named(page, 'Delete').count()).toBe(0)
  await named(page, 'Accept').click()
  await week.written()
  expect(week.rig().api.writes).toMatchObject([{ method: 'ANSWER', body: { status: 'accepted' } }])
})

test('an event of a read-only calendar stays where it is and says why', async () => {
  week.rig().api.calendars.push({ id: 'cal_1_r', name: 'Holidays', readOnly: true })
  const options = { update: false, delete: false, change_participation_status: false }
  const { page } = await week.open({ ...REVIEW, calendar_id: 'cal_1_r', options })
  await item(page, 'cal_1_r/evt_review').click()
  await page.getByText('This calendar is read-only').waitFor()
  expect(await named(page, 'Delete').count()).toBe(0)
  await page.keyboard.press('Escape')
  await page.locator('#new-event').click()
  const choice = page.getByRole('dialog').getByLabel('Calendar', { exact: true })
  expect(await choice.count()).toBe(0) // only one can take a new event
})

test('a rejected change is put back, explained, tried again and discarded', async () => {
  week.rig().api.outcome = { state: 'rejected', reason: 'refused_by_microsoft', description: 'Microsoft says no.' }
  const { page } = await week.open(REVIEW)
  await dragEvent(page, review(page), { hours: 2 })
  await page.getByText('The change to “Review” was not accepted. Microsoft 365 does not accept this change.').waitFor()
  expect(await review(page).getAttribute('aria-label')).toMatch(/10:00.*Last change not accepted/)
  await page.reload()
  await page.getByText('Microsoft 365 does not accept this change.').waitFor()
  await named(page, 'Try again').click()
  await week.written(2)
  expect(week.bodies()[1]).toMatchObject({ start: wall('18', '12:00') })
  await named(page, 'Discard').click()
  await page.locator('.refusal').waitFor({ state: 'detached' })
  await page.locator('.item--refused').waitFor({ state: 'detached' })
})

test('a creation that was rejected comes back in the form', async () => {
  week.rig().api.outcome = { state: 'rejected', reason: 'conferencing_unavailable', description: '' }
  const { page } = await week.open()
  await page.locator('#new-event').click()
  await page.getByLabel('Title').fill('Planning')
  await page.getByLabel('Place').fill('Valby')
  await named(page, 'Save').click()
  await page.getByText('This calendar has no online meetings.').waitFor()
  await named(page, 'Try again').click()
  expect(await page.getByLabel('Title').inputValue()).toBe('Planning')
  expect(await page.getByLabel('Place').inputValue()).toBe('Valby')
  expect(await page.getByLabel('Start time').inputValue()).toBe('11:00')
})

test('what Outlook had said before is told quietly', async () => {
  week.rig().api.outcome = { state: 'applied', overruled: [{ field: 'summary', value: 'Review, short' }] }
  const { page } = await week.open(REVIEW)
  await review(page).click()
  await named(page, 'Edit').click()
  await page.getByLabel('Title').fill('Review, long')
  await page.keyboard.press('Enter')
  await page.getByText('Outlook had changed the title to “Review, short”; your change won.').waitFor()
})

test('a new event that Outlook gives another id is shown once', async () => {
  const { page } = await week.open()
  await page.locator('#new-event').click()
  await page.getByLabel('Title').fill('Once')
  await page.keyboard.press('Enter')
  await page.locator('.item--pending').waitFor()
  await page.locator('.item--pending').waitFor({ state: 'detached' })
  const stored = [...week.rig().api.events.values()][0]
  if (stored) week.rig().api.put({ ...stored, summary: 'Once more' })
  await page.getByText('Once more').first().waitFor()
  expect(await page.locator('#grid [data-item]').count()).toBe(1)
})

test.each(['light', 'dark'] as const)(
  'everything about changing events can be read in %s, on a desk and on a phone',
  async (colorScheme) => {
    week.rig().api.put(REVIEW)
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      week.rig().api.outcome = { state: 'rejected', reason: 'refused_by_microsoft', description: '' }
      const { page, failures } = await week.rig().visitConnected('/calendar', { colorScheme, viewport })
      const isReadable = async (what: string) => {
        await page.waitForTimeout(300) // what arrives fades in
        expect(await faintWords(page), what).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth), what).toBe(viewport.width)
      }
      await page.getByRole('button', { name: 'New event' }).click()
      await page.getByLabel('Title').fill('Planning')
      await page.getByLabel('Repeat').selectOption('weekly')
      await page.getByLabel('People').fill('bo@x.example')
      await page.getByLabel('People').press('Enter')
      await page.getByLabel('End date').fill('2026-11-01')
      await named(page, 'Save').click()
      await isReadable('the form')
      await page.getByLabel('End date').fill('2026-11-18')
      await named(page, 'Save').click()
      await page.locator('.refusal').waitFor()
      await isReadable('a refusal')
      await review(page).click()
      await isReadable('the details')
      await named(page, 'Delete').click()
      await named(page, 'Undo').waitFor()
      await isReadable('the deletion')
      await named(page, 'Undo').click()
      await review(page).waitFor()
      expect(failures).toEqual([])
    }
  },
  60_000,
)

test('a Danish browser changes events in Danish', async () => {
  week.rig().api.outcome = { state: 'rejected', reason: 'event_gone', description: 'The event was deleted.' }
  week.rig().api.put(REVIEW)
  const { page } = await week.rig().visit('/settings', { locale: 'da-DK' })
  await page.getByRole('button', { name: 'Forbind til Microsoft' }).click()
  await page.getByRole('link', { name: 'Åbn kalender' }).click()
  await review(page).click()
  await named(page, 'Rediger').click()
  await page.getByLabel('Titel').fill('Gennemgang')
  await named(page, 'Gem').click()
  await page.getByText('Begivenheden er slettet i Outlook').waitFor()
})
