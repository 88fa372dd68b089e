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

const order = (path: string, body: object) =>
  fetch(`${system.addresses.microsoft365}/_control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Microsoft takes back what it gave: the token in use is refused, and there is no new one. */
async function endSession(): Promise<void> {
  const anna = [...system.microsoft365.world.people.values()].find(({ mail }) => mail === ANNA)
  await order(`people/${anna?.oid}`, { revokeSessions: true })
  await order('faults', { answers: [{ status: 401, times: 1, method: 'GET' }] })
}

test('C3: a person whose sign-in Microsoft has ended sees so in FlowAgent, and one click puts it right', async () => {
  const { flowagent, microsoft365 } = system.addresses
  const { page, failures } = await browser.newPage()
  await page.goto(`${flowagent}/settings`)
  await page.getByRole('button', { name: 'Connect to Microsoft' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: /Anna Holm/ }).click()
  await page.getByText('You are connected.').waitFor()

  await endSession()
  const outlook = await openOutlook(microsoft365, ANNA)
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Copenhagen' })
  const at = (hour: string) => ({ dateTime: `${today}T${hour}:00:00`, timeZone: 'Romance Standard Time' })
  await outlook.create({ subject: 'Made while nobody could look', start: at('11'), end: at('12') })
  await page.getByText('Needs reconnect').waitFor({ timeout: 30_000 })
  expect(await page.getByText('You are connected.').count()).toBe(0)

  await page.getByRole('button', { name: 'Reconnect to Microsoft' }).click()
  await page.getByRole('button', { name: 'Continue' }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: /Anna Holm/ }).click()
  await page.getByText('You are connected.').waitFor()
  await page.goto(`${flowagent}/calendar`)
  await page.locator('#frame[data-state=ready]').waitFor()
  // A month has no room for each event of a day.
  await page.getByRole('button', { name: 'Day', exact: true }).click()
  await page.getByText('Made while nobody could look').first().waitFor({ timeout: 30_000 })
  expect(failures).toEqual([])
})
