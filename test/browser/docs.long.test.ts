import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityViolations } from '../support/accessibility.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type RunningSystem, startWholeSystem } from '../support/system.ts'

let system: RunningSystem
let browser: TestBrowser

beforeAll(async () => {
  ;[system, browser] = await Promise.all([startWholeSystem(), startBrowser()])
})
afterAll(async () => {
  await browser.close()
  await system.close()
})

const WIDE = { viewport: { width: 1280, height: 900 } }
const SCREENS: readonly [string, BrowserContextOptions][] = [
  ['on a desk', WIDE],
  ['in the dark', { ...WIDE, colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 360, height: 740 }, hasTouch: true }],
]

test.each(
  ['/docs', '/docs/getting-started'].flatMap((path) => SCREENS.map(([name, options]) => ({ path, name, options }))),
)(
  '$path $name is as wide as the screen, breaks no rule of axe and no rule of its content policy',
  async ({ path, options }) => {
    const { page, failures } = await browser.newPage(options)
    await page.goto(system.addresses.sync + path)
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true })')
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    expect(await accessibilityViolations(page)).toEqual([])
    expect(failures).toEqual([])
  },
)

test('by keyboard the reader skips to the content, and opens the members of a schema', async () => {
  const { page } = await browser.newPage(WIDE)
  await page.goto(`${system.addresses.sync}/docs`)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await page.evaluate('document.activeElement.id')).toBe('content')
  const members = page.locator('#upsertevent summary').first()
  await members.focus()
  await page.keyboard.press('Enter')
  await page.locator('#upsertevent').getByText('reminders_create_only').waitFor()
})

test('every link of the reference leads to something', async () => {
  const { page } = await browser.newPage(WIDE)
  await page.goto(`${system.addresses.sync}/docs`)
  const missing = await page.evaluate(
    '[...document.querySelectorAll("a[href^=\\"#\\"]")].map((a) => a.hash).filter((hash) => !document.querySelector(hash))',
  )
  expect(missing).toEqual([])
  const pages = await page.locator('header a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  for (const path of pages) expect((await fetch(system.addresses.sync + path)).status, `${path}`).toBe(200)
})

test('the stylesheet may be kept for a year, and the pages for an hour', async () => {
  const html = await (await fetch(`${system.addresses.sync}/docs`)).text()
  const [, style] = /href="(\/docs\/assets\/[^"]+)"/.exec(html) ?? []
  const kept = (await fetch(system.addresses.sync + style)).headers.get('cache-control')
  expect(kept).toBe('public, max-age=31536000, immutable')
  expect((await fetch(`${system.addresses.sync}/docs`)).headers.get('cache-control')).toBe('public, max-age=3600')
})
