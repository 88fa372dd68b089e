import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core'

export interface TestBrowser {
  /** A page of a new person: no cookies, no storage, and `failures` collects what went wrong in it. */
  newPage(options?: BrowserContextOptions): Promise<{ page: Page; failures: string[] }>
  close(): Promise<void>
}

/** The Chromium of the npm package. It reaches loopback only, as everything in the tests. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--font-render-hinting=none'],
    headless: true,
  })
  return { newPage: (options) => newPage(browser, options), close: () => browser.close() }
}

async function newPage(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Copenhagen', ...options })
  const page = await context.newPage()
  const failures: string[] = []
  page.on('pageerror', (error) => failures.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') failures.push(message.text())
  })
  return { page, failures }
}
