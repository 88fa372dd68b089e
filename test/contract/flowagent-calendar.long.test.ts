import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { faintWords } from '../support/contrast.ts'
import { useRig } from '../support/flowagent.ts'
import type { WireEvent } from '../support/flowagent-api-calendar.ts'

const rig = useRig()

const at = (day: string, hour: string) => ({ time: `2026-11-${day}T${hour}:00+01:00`, tzid: 'Europe/Copenhagen' })

const REVIEW: WireEvent = {
  event_uid: 'evt_review',
  summary: 'Design review',
  description: 'Bring <b>questions</b>',
  start: at('18', '10:00'),
  end: at('18', '11:30'),
  location: { description: 'Board room' },
  organizer: { email: 'a@x.example', display_name: 'Anna Holm' },
  attendees: [
    { email: 'b@x.example', display_name: 'Bo Jensen', status: 'declined' },
    { email: 'c@x.example', display_name: '', status: 'needs_action' },
  ],
  conferencing: { provider_name: 'ms_teams', join_url: 'https://teams.example/join/1' },
}

const item = (page: Page, uid: string, calendar = 'cal_1_a') => page.locator(`[data-item="${calendar}/${uid}"]`)
const viewButton = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test('a browser without a connection is invited to Account Settings', async () => {
  const { page, failures } = await rig().visit('/calendar')
  await page.getByRole('link', { name: 'Go to Account Settings' }).click()
  await page.getByRole('heading', { name: 'Account Settings' }).waitFor()
  expect(failures).toEqual([])
})

test.each(['Month', 'Week', 'Day', 'Agenda'])('the view %s shows timed, all-day and multi-day events', async (view) => {
  rig().api.put(REVIEW)
  rig().api.put({ event_uid: 'evt_holiday', summary: 'Holiday', start: '2026-11-18', end: '2026-11-19' })
  rig().api.put({ event_uid: 'evt_retreat', summary: 'Retreat', start: '2026-11-17', end: '2026-11-20' })
  const { page, failures } = await rig().visitConnected('/calendar', { viewport: { width: 1280, height: 1100 } })
  await viewButton(page, view).click()
  for (const uid of ['evt_review', 'evt_holiday', 'evt_retreat']) await item(page, uid).first().waitFor()
  expect(failures).toEqual([])
})

test('the last day of an all-day event is the day before its end', async () => {
  rig().api.put({ event_uid: 'evt_retreat', summary: 'Retreat', start: '2026-11-17', end: '2026-11-20' })
  const { page } = await rig().visitConnected('/calendar')
  await item(page, 'evt_retreat').first().click()
  expect(await page.getByRole('dialog').textContent()).toMatch(/17\sNovember.*19\sNovember\s2026/)
})

test('the events of every page of an answer are shown', async () => {
  rig().api.pageSize = 2
  for (const day of ['03', '04', '05', '10', '11']) {
    rig().api.put({ event_uid: `evt_${day}`, summary: 'Stand-up', start: at(day, '09:00'), end: at(day, '09:15') })
  }
  const { page } = await rig().visitConnected('/calendar')
  for (const day of ['03', '04', '05', '10', '11']) await item(page, `evt_${day}`).waitFor()
})

test('an added, a changed and a deleted event reach the open calendar, and no other is drawn again', async () => {
  rig().api.put(REVIEW)
  rig().api.put({ event_uid: 'evt_old', summary: 'Old', start: at('12', '09:00'), end: at('12', '10:00') })
  rig().api.put({ event_uid: 'evt_same', summary: 'Same', start: at('19', '09:00'), end: at('19', '10:00') })
  const { page } = await rig().visitConnected('/calendar')
  await page.getByText('Up to date').waitFor()
  const untouched = await item(page, 'evt_same').elementHandle()
  rig().api.put({ ...REVIEW, summary: 'Design review moved', start: at('20', '10:00'), end: at('20', '11:00') })
  rig().api.put({ event_uid: 'evt_new', summary: 'New', start: at('13', '09:00'), end: at('13', '10:00') })
  rig().api.remove('evt_old')
  await item(page, 'evt_review').filter({ hasText: 'Design review moved' }).waitFor()
  await item(page, 'evt_new').waitFor()
  await item(page, 'evt_old').waitFor({ state: 'detached' })
  expect(await untouched?.evaluate((element) => element.isConnected)).toBe(true)
})

test('the focus stays on an event that changes under it', async () => {
  rig().api.put(REVIEW)
  const { page } = await rig().visitConnected('/calendar')
  await page.getByText('Up to date').waitFor()
  await item(page, 'evt_review').focus()
  rig().api.put({ ...REVIEW, summary: 'Renamed' })
  await item(page, 'evt_review').filter({ hasText: 'Renamed' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Renamed')
})

test('the details of an event tell everything, its description as text and not as markup', async () => {
  rig().api.put(REVIEW)
  const { page } = await rig().visitConnected('/calendar')
  await item(page, 'evt_review').press('Enter')
  const details = page.getByRole('dialog', { name: 'Design review' })
  const shown = await details.textContent()
  for (const part of ['18 November 2026', '10:00', '11:30', 'Europe/Copenhagen', 'Board room', 'Anna Holm']) {
    expect(shown).toContain(part)
  }
  for (const part of ['2 guests', 'Declined', 'c@x.example', 'Not answered', 'Bring <b>questions</b>']) {
    expect(shown).toContain(part)
  }
  expect(await details.getByRole('link').getAttribute('href')).toBe('https://teams.example/join/1')
  await page.keyboard.press('Escape')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Design review')
})

test('the time of an event planned in another zone is told in both', async () => {
  const zone = { tzid: 'America/New_York' }
  const [start, end] = ['2026-11-18T09:00:00-05:00', '2026-11-18T10:00:00-05:00']
  rig().api.put({ ...REVIEW, start: { time: start, ...zone }, end: { time: end, ...zone } })
  const { page } = await rig().visitConnected('/calendar')
  await item(page, 'evt_review').click()
  const shown = await page.getByRole('dialog').textContent()
  expect(shown).toMatch(/15:00\s*–\s*16:00/)
  expect(shown).toMatch(/09:00\s*–\s*10:00 in America\/New York/)
})

test('an address that could run a script never becomes a link', async () => {
  rig().api.put({ ...REVIEW, conferencing: { join_url: 'javascript:alert(1)' }, meeting_url: 'http://plain.example' })
  const { page } = await rig().visitConnected('/calendar')
  await item(page, 'evt_review').click()
  await page.getByRole('dialog').waitFor()
  expect(await page.getByRole('dialog').getByRole('link').count()).toBe(0)
})

test.each([
  { state: { event_private: true }, mark: 'item--private', spoken: 'Private' },
  { state: { status: 'tentative' }, mark: 'item--tentative', spoken: 'Tentative' },
  { state: { status: 'cancelled' }, mark: 'item--cancelled', spoken: 'Cancelled' },
  { state: { participation_status: 'declined' }, mark: 'item--declined', spoken: 'Declined' },
])('an event is marked $spoken to the eye and to the ear', async ({ state, mark, spoken }) => {
  rig().api.put({ ...REVIEW, ...state })
  const { page } = await rig().visitConnected('/calendar')
  expect(await item(page, 'evt_review').getAttribute('class')).toContain(mark)
  expect(await item(page, 'evt_review').getAttribute('aria-label')).toContain(spoken)
})

test('a calendar that is switched off stays hidden, also after a reload', async () => {
  rig().api.calendars = [
    { id: 'cal_1_a', name: 'Calendar' },
    { id: 'cal_1_b', name: 'Team' },
    { id: 'cal_1_c', name: 'Removed', deleted: true },
  ]
  rig().api.put(REVIEW, { ...REVIEW, event_uid: 'evt_team', calendar_id: 'cal_1_b' })
  const { page } = await rig().visitConnected('/calendar')
  const color = (uid: string, calendar?: string) =>
    item(page, uid, calendar).evaluate((element) => getComputedStyle(element).borderInlineStartColor)
  await page.getByRole('checkbox', { name: 'Team' }).waitFor()
  expect(await page.getByRole('checkbox').count()).toBe(2)
  expect(await color('evt_team', 'cal_1_b')).not.toBe(await color('evt_review'))
  await page.getByRole('checkbox', { name: 'Team' }).uncheck()
  await item(page, 'evt_team', 'cal_1_b').waitFor({ state: 'detached' })
  await page.reload()
  await item(page, 'evt_review').waitFor()
  await page.locator('#frame[data-state=ready]').waitFor()
  expect(await item(page, 'evt_team', 'cal_1_b').count()).toBe(0)
})

test('another period is read when it is shown, and an empty one says so', async () => {
  rig().api.put({ event_uid: 'evt_dec', summary: 'Party', start: at('18', '10:00'), end: at('18', '11:00') })
  const { page } = await rig().visitConnected('/calendar')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText('December 2026').waitFor()
  await page.getByText('Nothing planned in this period').waitFor()
  await page.getByRole('button', { name: 'Today' }).click()
  await item(page, 'evt_dec').waitFor()
})

test('while the API is away the last known events stay, and the calendar recovers by itself', async () => {
  rig().api.put(REVIEW)
  const { page } = await rig().visitConnected('/calendar')
  rig().api.isDown = true
  await page.getByText('Trying to reach the sync service').waitFor()
  expect(await item(page, 'evt_review').isVisible()).toBe(true)
  rig().api.put({ ...REVIEW, summary: 'Changed meanwhile' })
  rig().api.isDown = false
  await item(page, 'evt_review').filter({ hasText: 'Changed meanwhile' }).waitFor()
  await page.getByText('Trying to reach the sync service').waitFor({ state: 'detached' })
}, 240_000)

test('a Danish browser reads Danish', async () => {
  rig().api.put(REVIEW)
  const { page } = await rig().visit('/settings', { locale: 'da-DK' })
  await page.getByRole('button', { name: 'Forbind til Microsoft' }).click()
  await page.getByRole('link', { name: 'Åbn kalender' }).click()
  await page.getByText('november 2026').waitFor()
  await item(page, 'evt_review').filter({ hasText: '10.00' }).waitFor()
})

test.each(['light', 'dark'] as const)(
  'all words can be read in %s, in every view and on a phone',
  async (colorScheme) => {
    rig().api.put(REVIEW, {
      ...REVIEW,
      event_uid: 'evt_off',
      status: 'cancelled',
      start: at('19', '10:00'),
      end: at('19', '11:00'),
    })
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      const { page } = await rig().visitConnected('/settings', { colorScheme, viewport })
      expect(await faintWords(page)).toEqual([])
      await page.goto(`${rig().url}/calendar`)
      for (const view of ['Month', 'Week', 'Day', 'Agenda']) {
        await viewButton(page, view).click()
        await item(page, 'evt_review').waitFor()
        expect(await faintWords(page), view).toEqual([])
      }
      await item(page, 'evt_review').click()
      expect(await faintWords(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width)
    }
  },
  60_000,
)
