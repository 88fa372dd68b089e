import { expect, test } from 'vitest'
import { at, focusedText, item, named, REVIEW, review, STAND_UP, useWeek, wall } from '../support/flowagent-api-week.ts'

const week = useWeek()

test('an event is created with the keyboard alone, and the focus is on it then', async () => {
  const { page } = await week.open()
  await page.locator('#new-event').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('By keys')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space') // all day
  await page.keyboard.press('Enter')
  await week.written()
  expect(week.bodies()).toMatchObject([{ summary: 'By keys', start: '2026-11-18', end: '2026-11-19' }])
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await expect.poll(() => focusedText(page)).toContain('By keys')
})

test('the focus stays in the form, and Escape closes it unsaved after a question and gives the focus back', async () => {
  const { page } = await week.open(REVIEW)
  await review(page).press('Enter')
  await named(page, 'Edit').press('Enter')
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press('Tab')
    const where = await page.evaluate(
      () => document.activeElement?.closest('dialog')?.id ?? document.activeElement?.tagName,
    )
    expect(['editor', 'BODY']).toContain(where) // the browser's own bar comes between the last and the first
  }
  await page.getByLabel('Title').fill('Never mind')
  await page.keyboard.press('Escape')
  await named(page, 'Discard').press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await expect.poll(() => focusedText(page)).toContain('Review')
  expect(week.rig().api.writes).toEqual([])
})

test('an event is moved through the form without a mouse, and its end follows its start', async () => {
  const { page } = await week.open(REVIEW)
  await review(page).press('Enter')
  await named(page, 'Edit').press('Enter')
  await page.getByLabel('Start date').fill('2026-11-20')
  await page.getByLabel('Start time').fill('14:00')
  expect(await page.getByLabel('End date').inputValue()).toBe('2026-11-20')
  expect(await page.getByLabel('End time').inputValue()).toBe('15:30')
  await page.keyboard.press('Enter')
  await week.written()
  const times = { start: wall('20', '14:00'), end: wall('20', '15:30') }
  expect(week.bodies()).toEqual([{ event_uid: 'evt_review', based_on: 'v-evt_review', ...times }])
})

test('the form itself finds an end before the start and a mistyped address', async () => {
  const { page } = await week.open()
  await page.locator('#new-event').click()
  await page.getByLabel('End time').fill('08:00')
  await page.getByLabel('People').fill('bo@')
  await named(page, 'Save').click()
  await page.getByText('The event ends before it starts.').waitFor()
  await page.getByText('“bo@” is not an e-mail address.').waitFor()
  expect(week.rig().api.writes).toEqual([])
})

test('people, place, notes, repetition and Teams are sent', async () => {
  const { page } = await week.open()
  await page.locator('#new-event').click()
  await page.getByLabel('Title').fill('Swim')
  await page.getByLabel('Repeat').selectOption('weekly')
  await page.getByLabel('Friday').check()
  await page.getByLabel('Until').selectOption('after')
  await page.getByLabel('Times', { exact: true }).fill('6')
  await page.getByLabel('People').fill('bo@x.example, eva@x.example')
  await page.getByLabel('People').press('Enter')
  await page.getByRole('button', { name: 'Remove bo@x.example' }).click()
  await page.getByLabel('Teams meeting').check()
  await page.getByLabel('Place').fill('Valby')
  await page.getByLabel('Notes').fill('Bring a towel')
  await named(page, 'Save').click()
  await week.written()
  expect(week.bodies()).toMatchObject([
    {
      recurrence: { rules: [{ frequency: 'weekly', interval: 1, by_day: ['wednesday', 'friday'], count: 6 }] },
      attendees: { invite: [{ email: 'eva@x.example' }] },
      conferencing: { profile_id: 'integrated' },
      location: { description: 'Valby' },
      description: 'Bring a towel',
    },
  ])
})

test('a deletion can be undone, also with Ctrl+Z', async () => {
  const { page } = await week.open(REVIEW)
  await review(page).click()
  await named(page, 'Delete').click()
  await review(page).waitFor({ state: 'detached' })
  await named(page, 'Undo').click()
  await review(page).waitFor()
  await review(page).press('Delete')
  await named(page, 'Undo').waitFor()
  expect(await focusedText(page)).toBe('Undo')
  await page.keyboard.press('Control+z')
  await review(page).waitFor()
  expect(week.rig().api.writes).toEqual([])
})

test('of several quick deletions each can be undone for as long as it is held, with Ctrl+Z the newest first', async () => {
  const names = ['One', 'Two', 'Three', 'Four', 'Five']
  const { page } = await week.open(
    ...names.map((summary, index) => ({
      ...REVIEW,
      summary,
      event_uid: `evt_${index}`,
      start: at('18', `1${index}:00`),
    })),
  )
  for (const index of names.keys()) await item(page, `cal_1_a/evt_${index}`).press('Delete')
  await expect.poll(() => named(page, 'Undo').count()).toBe(5)
  await page.locator('.toast', { hasText: 'One' }).getByRole('button', { name: 'Undo' }).click()
  await item(page, 'cal_1_a/evt_0').waitFor()
  await page.keyboard.press('Control+z')
  await item(page, 'cal_1_a/evt_4').waitFor()
  await page.keyboard.press('Control+z')
  await item(page, 'cal_1_a/evt_3').waitFor()
  await week.written(2)
  expect(week.bodies().map((body) => body['event_uid'])).toEqual(['evt_1', 'evt_2'])
})

test('a deletion is sent although the tab is closed', async () => {
  const { page } = await week.open(REVIEW)
  await review(page).press('Delete')
  await named(page, 'Undo').waitFor()
  await page.close()
  await week.written()
  expect(week.rig().api.writes).toMatchObject([{ method: 'DELETE', body: { event_uid: 'evt_review' } }])
})

test('a change of all events goes to the series, with its first day and the new time', async () => {
  const { page } = await week.open(...STAND_UP)
  await item(page, 'cal_1_a/evt_s1').click()
  await named(page, 'Edit').click()
  await named(page, 'All events').click()
  expect(await page.getByLabel('Start date').isDisabled()).toBe(true)
  await page.getByLabel('Start time').fill('08:30')
  await named(page, 'Save').click()
  await week.written()
  expect(week.bodies()[0]).toMatchObject({
    event_id: 'fa-s',
    based_on: 'v-evt_s1',
    summary: 'Stand-up',
    start: wall('17', '08:30'),
    end: wall('17', '09:00'),
    recurrence: { rules: [{ frequency: 'daily', interval: 1 }] },
  })
})
