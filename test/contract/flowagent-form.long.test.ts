import type { Page, Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { da } from '../../infra/local/flowagent/text/da.ts'
import { en } from '../../infra/local/flowagent/text/en.ts'
import { REJECT_REASONS } from '../../shared/push/reasons.ts'
import { dragOverTime } from '../support/flowagent-api-hands.ts'
import { focusedText, item, named, REVIEW, review, STAND_UP, useWeek } from '../support/flowagent-api-week.ts'

const week = useWeek()
const editor = (page: Page) => page.locator('#editor[open]')
const closed = (page: Page) => page.locator('#editor:not([open])').waitFor({ state: 'attached' })

type Ending = 'continue' | 'abort'

/** Holds every save the page sends. @returns what waits for one, and lets it go on, or fail. */
async function holdSaves(page: Page): Promise<(ending: Ending) => Promise<void>> {
  const held: Route[] = []
  await page.route('**/data/events', async (route) => {
    if (route.request().method() === 'POST') held.push(route)
    else await route.fallback()
  })
  return async (ending) => {
    await expect.poll(() => held.length).toBeGreaterThan(0)
    for (const route of held.splice(0)) await route[ending]()
    await page.unroute('**/data/events')
  }
}

async function enter(page: Page, title: string): Promise<void> {
  await page.getByLabel('Title').fill(title)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Saving…' }).waitFor()
}

test('a save that fails after its form was closed is told, and comes back in the form', async () => {
  const { page } = await week.open()
  const answer = await holdSaves(page)
  await page.locator('#new-event').click()
  await enter(page, 'Planning')
  await page.keyboard.press('Escape')
  await closed(page)
  await answer('abort')
  await page.getByText('“Planning” could not be created. The sync service is not answering.').waitFor()
  await page.waitForTimeout(6500)
  await named(page, 'Try again').click() // it waits for an answer
  expect(await page.getByLabel('Title').inputValue()).toBe('Planning')
  await page.keyboard.press('Enter')
  await week.written()
  await page.locator('#grid').getByText('Planning').waitFor()
  expect(await page.locator('.toast').count()).toBe(0)
})

test('an edit that fails after its form was closed is told, and comes back in the form', async () => {
  const { page } = await week.open(REVIEW)
  const answer = await holdSaves(page)
  await review(page).press('Enter')
  await named(page, 'Edit').click()
  await enter(page, 'Planning')
  await page.keyboard.press('Escape')
  await closed(page)
  await answer('abort')
  await page.getByText('The change to “Planning” was not accepted.').waitFor()
  await review(page).filter({ hasText: 'Review' }).waitFor()
  await named(page, 'Try again').click()
  await named(page, 'Save').click()
  await week.written()
  expect(week.bodies()).toEqual([{ event_uid: 'evt_review', based_on: 'v-evt_review', summary: 'Planning' }])
})

test.each(['continue', 'abort'] as const)('a late answer (%s) leaves the next form alone', async (outcome) => {
  const { page, failures } = await week.open()
  const answer = await holdSaves(page)
  await page.locator('#new-event').click()
  await enter(page, 'First')
  await page.keyboard.press('Escape')
  await closed(page)
  await dragOverTime(page, '2026-11-19', 13, 15)
  await page.keyboard.type('Second')
  await answer(outcome)
  if (outcome === 'continue') await week.written()
  else await page.locator('.toast').waitFor()
  await page.waitForTimeout(500)
  expect(await editor(page).getByLabel('Title').inputValue()).toBe('Second')
  expect(await page.locator('#editor .banner').isVisible()).toBe(false)
  await page.keyboard.press('Enter')
  await week.written(outcome === 'continue' ? 2 : 1)
  await closed(page)
  expect(failures.filter((line) => !line.includes('ERR_FAILED'))).toEqual([])
})

test('a form in which something was typed asks before it is discarded, by keyboard', async () => {
  const { page } = await week.open()
  await page.locator('#new-event').click()
  await page.getByLabel('Place').fill('Valby')
  await page.keyboard.press('Escape')
  await page.getByRole('group', { name: 'Discard changes?' }).waitFor()
  expect(await focusedText(page)).toBe('Keep editing')
  await page.keyboard.press('Escape')
  expect(await editor(page).isVisible()).toBe(true)
  expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('Valby')
  await named(page, 'Cancel').click()
  await page.keyboard.press('Enter') // keep editing
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await closed(page)
  expect(week.rig().api.writes).toEqual([])
})

test('a form in which nothing was typed, or nothing else than before, closes at once', async () => {
  const { page } = await week.open(REVIEW)
  await page.locator('#new-event').click()
  await page.keyboard.press('Escape')
  await closed(page)
  await review(page).press('Enter')
  await named(page, 'Edit').click()
  await page.getByLabel('Title').fill('Other')
  await page.getByLabel('Title').fill('Review')
  await page.keyboard.press('Escape')
  await closed(page)
})

test('an address that is half typed is not discarded without a question', async () => {
  const { page } = await week.open()
  await page.locator('#new-event').click()
  await page.getByLabel('People').fill('bo@')
  await page.keyboard.press('Escape')
  await page.getByText('Discard changes?').waitFor()
})

test('a long title without a space is whole on a phone, and short in a sentence', async () => {
  const summary = 'x'.repeat(255)
  week.rig().api.put(...STAND_UP.map((event) => ({ ...event, summary })), { ...REVIEW, summary })
  const { page } = await week.rig().visitConnected('/calendar', { viewport: { width: 390, height: 844 } })
  await named(page, 'Week').click()
  await page.locator('#frame[data-state=ready]').waitFor()
  await item(page, 'cal_1_a/evt_s1').press('Delete')
  const question = page.locator('#scope')
  const isWithin = () => question.evaluate((node) => node.scrollWidth <= node.clientWidth)
  expect(await question.locator('h2').textContent()).toBe(`Delete “${'x'.repeat(59)}…”`)
  expect(await isWithin()).toBe(true)
  await page.keyboard.press('Escape')
  await review(page).press('Delete')
  const toast = page.locator('.toast')
  expect((await toast.boundingBox())?.height).toBeLessThan(120)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
})

test('every reason of the API is explained in both languages', () => {
  for (const reason of Object.keys(REJECT_REASONS)) {
    expect(en.editing.reasons[reason], reason).toBeTruthy()
    expect(da.editing.reasons[reason], reason).toBeTruthy()
  }
})
