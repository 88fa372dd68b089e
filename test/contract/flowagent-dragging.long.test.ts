import { expect, test } from 'vitest'
import { boxOf, dragEvent, dragOverTime, pointAt, stretchEvent, swipe } from '../support/flowagent-api-hands.ts'
import { item, named, REVIEW, review, STAND_UP, useWeek, wall } from '../support/flowagent-api-week.ts'

const week = useWeek()

test('dragging over time opens the form for that time, and Enter saves it', async () => {
  const { page, failures } = await week.open()
  await dragOverTime(page, '2026-11-19', 13, 15)
  await page.getByRole('dialog', { name: 'New event' }).waitFor()
  expect(await page.getByLabel('Start date').inputValue()).toBe('2026-11-19')
  expect(await page.getByLabel('Start time').inputValue()).toBe('13:00')
  expect(await page.getByLabel('End time').inputValue()).toBe('15:00')
  await page.keyboard.type('Planning')
  await page.keyboard.press('Enter')
  const created = page.locator('#grid').getByRole('button', { name: /Planning/ })
  await created.waitFor()
  await week.written()
  expect(week.bodies()).toMatchObject([{ summary: 'Planning', start: wall('19', '13:00'), end: wall('19', '15:00') }])
  expect(week.bodies()[0]?.['event_id']).toMatch(/^fa-[\w-]{36}$/)
  await page.locator('.item--pending').waitFor({ state: 'detached' })
  expect(await created.count()).toBe(1)
  expect(failures).toEqual([])
})

test('a click in the week takes an hour, and a click on a day of the month a morning hour', async () => {
  const { page } = await week.open()
  await page.mouse.click(...((await pointAt(page, '2026-11-20', 10.1)) as [number, number]))
  expect(await page.getByLabel('Start time').inputValue()).toBe('10:00')
  expect(await page.getByLabel('End time').inputValue()).toBe('11:00')
  await page.keyboard.press('Escape')
  await named(page, 'Month').click()
  await page.locator('#grid [role=gridcell][data-date="2026-11-25"]').click()
  await page.getByRole('dialog', { name: 'New event' }).waitFor()
  expect(await page.getByLabel('Start date').inputValue()).toBe('2026-11-25')
  expect(await page.getByLabel('Start time').inputValue()).toBe('09:00')
})

test('an event that is dragged moves at once and is marked until Outlook has it', async () => {
  week.rig().api.outcome = undefined
  const { page, failures } = await week.open(REVIEW)
  await dragEvent(page, review(page), { hours: 2, days: 1 })
  await page.locator('.item--pending').waitFor()
  expect(await review(page).getAttribute('aria-label')).toMatch(/19 November.*12:00.*13:30.*On its way to Outlook/)
  await week.written()
  expect(week.bodies()).toMatchObject([{ start: wall('19', '12:00'), end: wall('19', '13:30') }])
  week.rig().api.actions[0]?.settle({ state: 'applied' })
  await page.locator('.item--pending').waitFor({ state: 'detached' })
  expect(await review(page).getAttribute('aria-label')).toMatch(/19 November.*12:00/)
  expect(failures).toEqual([])
})

test('an event that is pulled at its lower edge becomes longer', async () => {
  const { page } = await week.open(REVIEW)
  await stretchEvent(page, review(page), 1)
  await week.written()
  expect(week.bodies()).toMatchObject([{ start: wall('18', '10:00'), end: wall('18', '12:30') }])
})

test('a move that is refused goes back and is explained', async () => {
  const { page } = await week.open(REVIEW)
  week.rig().api.invalid = { end: [{ key: 'errors.invalid', description: 'must be after start' }] }
  await dragEvent(page, review(page), { hours: 2 })
  await page.getByText('The change to “Review” was not accepted.').waitFor()
  expect(await review(page).getAttribute('aria-label')).toMatch(/10:00/)
})

test('an event that Outlook changes while it is held is drawn once, where it was dropped', async () => {
  const { page, failures } = await week.open(REVIEW)
  const other = await page.context().newPage()
  await other.clock.setFixedTime('2026-11-18T09:00:00Z')
  await other.goto(page.url())
  await review(other).waitFor()
  const { x, y, width } = await boxOf(review(page))
  await page.mouse.move(x + width / 2, y + 8)
  await page.mouse.down()
  week.rig().api.put({ ...REVIEW, summary: 'Renamed', version: 'v-renamed' })
  await review(other).filter({ hasText: 'Renamed' }).waitFor()
  expect(await review(page).textContent()).toContain('Review')
  await page.mouse.move(x + width / 2, y + 8 + 54, { steps: 8 })
  await page.mouse.up()
  await week.written()
  expect(week.bodies()).toMatchObject([{ based_on: 'v-evt_review', start: wall('18', '11:00') }])
  await page.locator('.item--pending').waitFor()
  await page.locator('.item--pending').waitFor({ state: 'detached' })
  expect(await review(page).count()).toBe(1)
  expect(await review(page).getAttribute('aria-label')).toMatch(/^Renamed.*11:00/)
  expect(failures).toEqual([])
})

test('a press that does not drag shows what came meanwhile and still opens the event', async () => {
  const { page } = await week.open(REVIEW)
  const { x, y } = await boxOf(review(page))
  await page.mouse.move(x + 20, y + 8)
  await page.mouse.down()
  week.rig().api.put({ ...REVIEW, summary: 'Renamed' })
  await page.waitForTimeout(1500)
  await page.mouse.up()
  await page.locator('#details[open]').waitFor()
  await review(page).filter({ hasText: 'Renamed' }).waitFor()
})

test('an event that is dragged again and again without waiting is drawn once', async () => {
  const { page, failures } = await week.open(REVIEW)
  for (const hours of [1, 1, -1, 2, -1, 1, -2]) {
    const { x, y } = await boxOf(review(page).first())
    await page.mouse.move(x + 20, y + 8)
    await page.mouse.down()
    await page.waitForTimeout(200) // the answer to the drag before comes meanwhile
    await page.mouse.move(x + 20, y + 8 + hours * 54, { steps: 8 })
    await page.mouse.up()
    await expect.poll(() => review(page).count()).toBe(1) // the library's picture of the drag ends a moment later
  }
  await week.written(7)
  await page.locator('.item--pending').waitFor({ state: 'detached' })
  expect(await review(page).count()).toBe(1)
  expect(await page.locator('#grid [data-item]').count()).toBe(1)
  expect(failures).toEqual([])
})

test('dragging an event of a series asks which events are meant', async () => {
  const { page } = await week.open(...STAND_UP)
  const second = item(page, 'cal_1_a/evt_s1')
  await dragEvent(page, second, { hours: 2 })
  await page.getByRole('dialog', { name: 'Change “Stand-up”' }).getByRole('button', { name: 'Cancel' }).click()
  await second.filter({ hasText: '09:00' }).waitFor()
  expect(week.rig().api.writes).toEqual([])
  await dragEvent(page, second, { hours: 2 })
  await named(page, 'This event').click()
  await week.written()
  expect(week.bodies()[0]).toMatchObject({ event_uid: 'evt_s1', start: wall('18', '11:00') })
})

test('a finger that rests on an event drags it, and one that moves at once does not', async () => {
  week.rig().api.put(REVIEW)
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
  const { page } = await week.rig().visitConnected('/calendar', phone)
  await named(page, 'Week').tap()
  const { x, y } = await boxOf(review(page))
  await page.clock.pauseAt('2026-11-18T09:00:01Z') // however slow the machine is, the finger does not rest
  await swipe(page, [x + 15, y + 8], [x + 15, y + 8 + 54], 0)
  await page.clock.resume()
  expect(await review(page).getAttribute('aria-label')).toMatch(/10:00/)
  const again = await boxOf(review(page))
  await swipe(page, [again.x + 15, again.y + 8], [again.x + 15, again.y + 8 + 54], 600)
  await week.written()
  expect(week.bodies()).toMatchObject([{ start: wall('18', '11:00') }])
  await named(page, 'Month').tap()
  await page.locator('#grid [role=gridcell][data-date="2026-11-25"]').tap()
  await page.getByRole('dialog', { name: 'New event' }).waitFor()
})
