import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedWorld } from '../../infra/local/microsoft365/seed/seed.ts'
import { idleClock } from '../../infra/local/microsoft365/start.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Diary, startDiary } from '../support/diary.ts'
import { type RunningSystem, startWholeSystem } from '../support/system.ts'

const PHONE = { viewport: { width: 360, height: 740 } }
/** Pictures of the pages are left here, for whoever wants to look at them. */
const PICTURES = join(tmpdir(), 'microsoft-365-sync-pages')

let system: RunningSystem
let browser: TestBrowser
let diary: Diary

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true })
  const world = seedWorld({ clock: idleClock, random: systemRandom })
  ;[system, browser] = await Promise.all([startWholeSystem({ world }), startBrowser()])
  diary = await startDiary(system)
})
afterAll(async () => {
  await browser.close()
  await diary.close()
  await system.close()
})

async function newPhone() {
  const { page, failures } = await browser.newPage(PHONE)
  page.setDefaultTimeout(15_000)
  return { page, failures }
}

/** Signs in at Microsoft, which asks for its own consent the first time. */
async function signIn(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click()
  const accept = page.getByRole('button', { name: 'Accept' })
  const isAway = page.waitForURL((url) => url.origin !== system.addresses.microsoft365)
  await Promise.race([isAway, accept.click().then(() => isAway)])
}

async function connect(page: Page, scope: string): Promise<Record<string, string>> {
  await page.goto(diary.authorizeUrl(scope))
  await page.getByRole('button', { name: 'Continue' }).click()
  await signIn(page, 'Anna Holm')
  await page.getByText('Back at the diary').waitFor()
  return diary.redeem(page.url())
}

/** The first pull brings the calendars. */
async function permissionLink(token: string | undefined, calendars: number): Promise<string> {
  const link = () => diary.permissionLink(token ?? '', calendars)
  await expect.poll(link, { timeout: 15_000 }).toMatch(/^http/)
  return link()
}

/** Nothing of the page is wider than the phone, and the first Tab leads to the answer that goes on, large enough to touch. */
async function isGoodOnPhone(page: Page, picture: string, button: string): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${picture}.png`), fullPage: true })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.viewport.width)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(button)
  const box = await page.getByRole('button', { name: button, exact: true }).boundingBox()
  expect(box?.height).toBeGreaterThanOrEqual(44)
}

test('a person who is asked for more than before is told so, and answers by keyboard on a phone', async () => {
  const { page, failures } = await newPhone()
  await connect(page, 'read_events')
  await page.goto(diary.authorizeUrl('read_events create_event'))
  await isGoodOnPhone(page, 'consent', 'Continue')
  await page.keyboard.press('Enter')
  await signIn(page, 'Anna Holm')
  await page.getByRole('heading', { name: 'Let Diary do more than before?' }).waitFor()
  await page.reload()
  await isGoodOnPhone(page, 'more', 'Allow')
  await page.keyboard.press('Enter')
  await page.getByText('Back at the diary').waitFor()
  expect((await diary.redeem(page.url()))['scope']).toBe('read_events create_event')
  expect(failures).toEqual([])
})

test('a person allows an integrator to change every event of two calendars, by keyboard on a phone', async () => {
  const { page, failures } = await newPhone()
  const { access_token: token } = await connect(page, 'read_events create_event')
  await page.goto(await permissionLink(token, 2))
  await isGoodOnPhone(page, 'permission-link', 'Continue')
  await page.keyboard.press('Enter')
  await signIn(page, 'Anna Holm')
  await page.getByRole('heading', { name: 'Let Diary change events it did not create?' }).waitFor()
  await isGoodOnPhone(page, 'permission', 'Allow')
  await page.keyboard.press('Enter')
  await page.getByText('Back at the diary').waitFor()
  expect(new URL(page.url()).searchParams.has('error')).toBe(false)
  expect(failures).toEqual([])
})

test('somebody else who opens the link to a permission reads that they are not the one who is asked', async () => {
  const { page } = await newPhone()
  const { access_token: token } = await connect(page, 'read_events create_event')
  await page.goto(await permissionLink(token, 1))
  await page.getByRole('button', { name: 'Continue' }).click()
  await signIn(page, 'Jonas Berg')
  await page.getByRole('heading', { name: 'This is another account' }).waitFor()
  await page.screenshot({ path: join(PICTURES, 'other-account.png'), fullPage: true })
  await page.getByRole('link', { name: 'Back to Diary' }).click()
  await page.getByText('Back at the diary').waitFor()
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
})
