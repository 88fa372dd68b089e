import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOutlook } from '../../infra/local/demo/outlook.ts'
import { seedWorld } from '../../infra/local/microsoft365/seed/seed.ts'
import { idleClock } from '../../infra/local/microsoft365/start.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { accessibilityViolations } from '../support/accessibility.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type RunningSystem, startWholeSystem } from '../support/system.ts'

const ANNA = 'anna.holm@contosonordic.example'

let system: RunningSystem
let browser: TestBrowser

beforeAll(async () => {
  const world = seedWorld({ clock: idleClock, random: systemRandom })
  ;[system, browser] = await Promise.all([startWholeSystem({ world }), startBrowser()])
})
afterAll(async () => {
  await browser.close()
  await system.close()
})

test('a person connects in FlowAgent, sees their events, and sees a change made in Outlook', async () => {
  const { flowagent, microsoft365 } = system.addresses
  const { page, failures } = await browser.newPage()
  await page.goto(`${flowagent}/settings`)
  await page.getByRole('button', { name: 'Connect to Microsoft' }).click()

  await page.getByRole('button', { name: 'Continue' }).waitFor()
  expect(await page.getByText('FlowAgent').count()).toBeGreaterThan(0)
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: /Anna Holm/ }).click()
  await page.getByText('You are connected.').waitFor()
  await page.getByText(ANNA).first().waitFor()

  await page.goto(`${flowagent}/calendar`)
  await page.locator('#frame[data-state=ready]').waitFor()
  await page
    .getByRole('tab', { name: 'Agenda' })
    .or(page.getByRole('button', { name: 'Agenda' }))
    .first()
    .click()
  const outlook = await openOutlook(microsoft365, ANNA)
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Copenhagen' })
  const at = (hour: string) => ({ dateTime: `${today}T${hour}:00:00`, timeZone: 'Romance Standard Time' })
  await outlook.create({ subject: 'Seen a moment later', start: at('11'), end: at('12') })
  await page.getByText('Seen a moment later').first().waitFor({ timeout: 30_000 })
  expect(failures).toEqual([])
})

test('a person whose organisation has not approved the app gets a page that says so, and a way back', async () => {
  const { page } = await browser.newPage()
  await page.goto(`${system.addresses.flowagent}/settings`)
  await page.getByRole('button', { name: 'Connect to Microsoft' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: /Camilla Storm/ }).click()
  await page.getByRole('button', { name: 'Return to the application' }).click()
  await page.getByRole('heading', { name: 'Your organisation has to approve this first' }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('link', { name: 'Back to FlowAgent' }).click()
  await page.getByText('The connection was not approved.').waitFor()
})

test('a person who cancels on our page is back in FlowAgent, not connected', async () => {
  const { page } = await browser.newPage()
  await page.goto(`${system.addresses.flowagent}/settings`)
  await page.getByRole('button', { name: 'Connect to Microsoft' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('The connection was not approved.').waitFor()
})
