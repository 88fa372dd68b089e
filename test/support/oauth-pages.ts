import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { seedWorld } from '../../infra/local/microsoft365/seed/seed.ts'
import { idleClock } from '../../infra/local/microsoft365/start.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { accessibilityViolations } from './accessibility.ts'
import { startBrowser, type TestBrowser } from './browser.ts'
import { type Diary, startDiary } from './diary.ts'
import { type RunningSystem, startWholeSystem } from './system.ts'

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 } }
const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 900 } }

/** The screens on which every page of ours has to be good. */
export const SCREENS: readonly [string, BrowserContextOptions][] = [
  ['on a desk', DESK],
  ['in the dark', { ...DESK, colorScheme: 'dark' }],
  ['on a phone', PHONE],
]

/** Pictures of the pages are left here, for whoever wants to look at them. */
const PICTURES = join(tmpdir(), 'microsoft-365-sync-pages')

/** The whole system, a browser, and an integrator that people come from. */
export interface OAuthPages {
  readonly system: RunningSystem
  readonly browser: TestBrowser
  readonly diary: Diary
  /** Signs in at Microsoft, which asks for its own consent the first time. */
  signIn(page: Page, name: string): Promise<void>
  /** @returns the token set of the diary for somebody, who is Anna Holm unless named. */
  connect(page: Page, scope: string, name?: string): Promise<Record<string, string>>
  close(): Promise<void>
}

export async function startOAuthPages(): Promise<OAuthPages> {
  const world = seedWorld({ clock: idleClock, random: systemRandom })
  const [system, browser] = await Promise.all([startWholeSystem({ world }), startBrowser()])
  const diary = await startDiary(system)

  async function signIn(page: Page, name: string): Promise<void> {
    await page.getByRole('button', { name }).click()
    const accept = page.getByRole('button', { name: 'Accept' })
    const isAway = page.waitForURL((url) => url.origin !== system.addresses.microsoft365)
    await Promise.race([isAway, accept.click().then(() => isAway)])
  }

  async function connect(page: Page, scope: string, name = 'Anna Holm'): Promise<Record<string, string>> {
    await page.goto(diary.authorizeUrl(scope))
    await page.getByRole('button', { name: 'Continue' }).click()
    await signIn(page, name)
    await page.getByText('Back at the diary').waitFor()
    return diary.redeem(page.url())
  }

  async function close(): Promise<void> {
    await browser.close()
    await diary.close()
    await system.close()
  }

  return { system, browser, diary, signIn, connect, close }
}

/** No rule of axe is broken, nothing is wider than the screen, and a picture is left behind. */
export async function isGoodPage(page: Page, picture: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true })
  const width = page.viewportSize()?.width
  await page.screenshot({ path: join(PICTURES, `${picture.replaceAll(' ', '-')}-${width}.png`), fullPage: true })
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
  expect(await accessibilityViolations(page)).toEqual([])
}

/** A good page, on which the first Tab leads to the answer that goes on, large enough to touch. */
export async function isGoodForm(page: Page, picture: string, button: string): Promise<void> {
  await isGoodPage(page, picture)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(button)
  const box = await page.getByRole('button', { name: button, exact: true }).boundingBox()
  expect(box?.height).toBeGreaterThanOrEqual(44)
}
