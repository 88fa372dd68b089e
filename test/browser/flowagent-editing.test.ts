import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { createWorld } from '../../infra/local/microsoft365/world.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { boxOf, drag, dragEvent, dragOverTime, stretchEvent } from '../support/flowagent-api-hands.ts'
import { between, dailySeries, dayOfWeek } from '../support/outlook.ts'
import { type RunningSystem, startWholeSystem } from '../support/system.ts'

let system: RunningSystem
let browser: TestBrowser
let mailbox: Mailbox
let oid: string

beforeAll(async () => {
  const world = createWorld({ clock: systemClock, random: systemRandom })
  const { tid } = world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  oid = world.addPerson({ tid, displayName: 'Anna Holm' }).oid
  mailbox = world.mailboxOf(oid)
  ;[system, browser] = await Promise.all([startWholeSystem({ world }), startBrowser()])
})
afterAll(async () => {
  await browser.close()
  await system.close()
})

const WIDTHS = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
]
const SLOW_MS = 60_000

/** Anna's week in FlowAgent, connected and up to date. */
async function openWidget(viewport = WIDTHS[0] ?? null): Promise<{ page: Page; failures: string[] }> {
  const { flowagent } = system.addresses
  const visitor = await browser.newPage({ viewport })
  const { page } = visitor
  await page.goto(`${flowagent}/settings`)
  await page.getByRole('button', { name: 'Connect to Microsoft' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: /Anna Holm/ }).click()
  const accept = page.getByRole('button', { name: 'Accept' })
  await accept.or(page.getByText('You are connected.')).first().waitFor()
  if (await accept.isVisible()) await accept.click()
  await page.getByText('You are connected.').waitFor()
  await page.goto(`${flowagent}/calendar`)
  await page.getByText('Up to date').waitFor()
  await page.getByRole('button', { name: 'Week', exact: true }).click()
  await page.locator('#frame[data-state=ready]').waitFor()
  await page
    .locator(`#grid [role=gridcell][data-date="${dayOfWeek(1)}"]`)
    .last()
    .waitFor()
  return visitor
}

const shown = (page: Page, title: string) => page.locator('#grid [data-item]').filter({ hasText: title }).first()

/** By what is spoken: in a narrow column the eye sees the beginning of a title only. */
const spoken = (page: Page, title: string) => page.locator(`#grid [data-item][aria-label^="${title},"]`).first()

/** The times of an event in the mailbox this week, such as `2026-11-18 09:00-10:00`, in Copenhagen. */
function timesOf(title: string): string[] {
  const [from, to] = [Date.parse(`${dayOfWeek(0)}T00:00Z`), Date.parse(`${dayOfWeek(9)}T00:00Z`)]
  return mailbox
    .view({ from: from as never, to: to as never })
    .filter(({ fields }) => fields['subject'] === title)
    .map(({ span }) => `${span.start.slice(0, 10)} ${span.start.slice(11, 16)}-${span.end.slice(11, 16)}`)
}

const inOutlook = (title: string, times: string[]) =>
  eventually(`Outlook has ${title} at ${times.join()}`, () => timesOf(title).join() === times.join(), 15_000)

const settled = (page: Page) => page.locator('.item--pending').first().waitFor({ state: 'detached' })

test.each(WIDTHS)(
  'what is created, edited by keyboard, resized and deleted at $width px reaches Outlook',
  async (viewport) => {
    const title = `Planning ${viewport.width}`
    const { page, failures } = await openWidget(viewport)
    await dragOverTime(page, dayOfWeek(2), 9, 10)
    await page.keyboard.type(title)
    await page.keyboard.press('Enter')
    await spoken(page, title).waitFor()
    await inOutlook(title, [`${dayOfWeek(2)} 09:00-10:00`])
    await settled(page)
    expect(await page.locator(`#grid [data-item][aria-label^="${title},"]`).count()).toBe(1)

    await spoken(page, title).press('Enter')
    await tabTo(page, 'Edit')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Edit event' }).waitFor()
    await page.keyboard.press('End')
    await page.keyboard.type(' again')
    await page.keyboard.press('Enter')
    await inOutlook(`${title} again`, [`${dayOfWeek(2)} 09:00-10:00`])
    await settled(page)

    await stretchEvent(page, spoken(page, `${title} again`), 1)
    await inOutlook(`${title} again`, [`${dayOfWeek(2)} 09:00-11:00`])
    await settled(page)

    await spoken(page, `${title} again`).press('Delete')
    await page.getByRole('button', { name: 'Undo' }).click()
    await spoken(page, `${title} again`).waitFor()
    expect(timesOf(`${title} again`)).toHaveLength(1)
    await spoken(page, `${title} again`).press('Delete')
    await spoken(page, `${title} again`).waitFor({ state: 'detached' })
    await inOutlook(`${title} again`, [])
    expect(failures).toEqual([])
    await page.context().close()
  },
  SLOW_MS,
)

test.each(WIDTHS)(
  'a change that Outlook does not take is put back and explained at $width px',
  async (viewport) => {
    const title = `Round ${viewport.width}`
    mailbox.create(dailySeries(title))
    const { page } = await openWidget(viewport)
    await spoken(page, title).waitFor()
    await dragEvent(page, spoken(page, title), { days: 1, hours: 2 })
    await page.getByText('cannot be moved to or past the day of its neighbour').waitFor({ timeout: 30_000 })
    expect(timesOf(title)).toHaveLength(5)
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.locator('.refusal').waitFor({ state: 'detached' })
    await page.context().close()
  },
  SLOW_MS,
)

test(
  'an event dragged in FlowAgent moves on the Outlook page, and the other way round',
  async () => {
    mailbox.create({ subject: 'Movable', ...between(3, '12:00', '13:00') })
    const { page } = await openWidget()
    const outlook = await browser.newPage({ viewport: { width: 1300, height: 900 } })
    await outlook.page.goto(`${system.addresses.microsoft365}/outlook?person=${oid}`)
    const inOutlookPage = outlook.page.locator('.ev', { hasText: 'Movable' })
    const before = await boxOf(inOutlookPage)

    await shown(page, 'Movable').waitFor()
    await dragEvent(page, shown(page, 'Movable'), { days: 1, hours: 1 })
    await inOutlook('Movable', [`${dayOfWeek(4)} 13:00-14:00`])
    await eventually('the event moves on the Outlook page', async () => (await boxOf(inOutlookPage)).x > before.x + 20)

    const { x, y, width, height } = await boxOf(inOutlookPage)
    await drag(outlook.page, [x + width / 2, y + height / 2], [x + width / 2, y + height * 1.5])
    await inOutlook('Movable', [`${dayOfWeek(4)} 14:00-15:00`])
    await page.locator('#grid [data-item][aria-label*="14:00"]').filter({ hasText: 'Movable' }).waitFor()
    expect(outlook.failures).toEqual([])
  },
  SLOW_MS,
)

test(
  'a series made in FlowAgent is changed as a whole and in one event, and ends as a whole',
  async () => {
    const { page, failures } = await openWidget()
    await dragOverTime(page, dayOfWeek(1), 8, 9)
    await page.keyboard.type('Round table')
    await page.getByLabel('Repeat').selectOption('daily')
    await page.getByLabel('Until').selectOption('after')
    await page.getByLabel('Times', { exact: true }).fill('3')
    await page.getByLabel('People').fill('guest@elsewhere.example')
    await page.getByLabel('Teams meeting').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await inOutlook(
      'Round table',
      [1, 2, 3].map((day) => `${dayOfWeek(day)} 08:00-09:00`),
    )
    const second = page.locator('#grid [data-item][aria-label^="Round table,"]').nth(1)
    await second.waitFor()
    await settled(page)
    await dragEvent(page, second, { hours: 2 })
    await page.getByRole('button', { name: 'All events' }).click()
    await inOutlook(
      'Round table',
      [1, 2, 3].map((day) => `${dayOfWeek(day)} 10:00-11:00`),
    )
    await settled(page)
    await second.press('Enter')
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByRole('button', { name: 'This event' }).click()
    await page.getByLabel('Title').fill('Round table, special')
    await page.keyboard.press('Enter')
    await inOutlook('Round table, special', [`${dayOfWeek(2)} 10:00-11:00`])
    await settled(page)
    await spoken(page, 'Round table').press('Delete')
    await page.getByRole('button', { name: 'All events' }).click()
    await inOutlook('Round table', [])
    await inOutlook('Round table, special', [])
    expect(failures).toEqual([])
    await page.context().close()
  },
  SLOW_MS,
)

async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 20; press++) {
    if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${name} cannot be reached by keyboard`)
}
