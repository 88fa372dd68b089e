import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localSettings } from '../../infra/local/settings.ts'
import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { isFailure } from '../../shared/core/errors.ts'
import { epochMs, minutes, systemClock } from '../../shared/core/time.ts'
import { createOperationsStore } from '../../shared/storage/operations.ts'
import { isGoodPage, type OAuthPages, SCREENS, startOAuthPages } from '../support/oauth-pages.ts'

let pages: OAuthPages

beforeAll(async () => {
  pages = await startOAuthPages()
  await measureDay()
})
afterAll(() => pages.close())

/**
 * A day of samples with a bad hour, in the tables that the running system reads. The newest is of a clock that is ahead, so
 * that it stays the newest when the system makes one of its own meanwhile, every five minutes, which has no dead letters.
 */
async function measureDay(): Promise<void> {
  const { system } = pages
  const settings = localSettings(system.addresses, system.serviceBus.connectionString, {})
  const { tables } = createPorts(configOrThrow(readConfig(settings)))
  const store = createOperationsStore(tables)
  const ahead = Math.floor(systemClock.now() / minutes(5)) * minutes(5) + minutes(10)
  for (let at = 0; at < 48; at++) {
    const isBad = at > 30 && at < 34
    const time = epochMs(ahead - at * minutes(30))
    await store.put(`day.${at}`, {
      counters: { 'failures{code=MICROSOFT_UNREACHABLE}': isBad ? 40 : 0 },
      gauges: {
        'accounts{state=active}': 120 - at,
        'accounts{state=needs-reconnect}': 3,
        'calendars{mode=notified}': 230,
        'calendars{mode=polled}': isBad ? 60 : 4,
        'wake-ups.overdue': isBad ? 400_000 : 900,
        'dead-letters{queue=mailbox}': at < 2 ? 3 : 0,
      },
      histograms: {
        'sync.delay{mode=notified}': histogram(isBad ? 12 : 8, 20 + at),
        'action.delay{outcome=applied}': histogram(isBad ? 11 : 7, 9),
        'queue.age{queue=mailbox}': histogram(isBad ? 11 : 5, 60),
        'graph.duration{outcome=ok}': histogram(5, 400 - at),
        'graph.duration{outcome=throttled}': histogram(4, isBad ? 50 : 0),
        'vault.duration{operation=unwrap,outcome=ok}': histogram(3, 5),
      },
      troubles: isBad ? [{ what: 'MICROSOFT_UNREACHABLE', count: 40, lastAt: time }] : [],
    })
    // The running system gathers as well, and then has moved the same numbers into its own sample.
    await store.gather(time).catch((error: unknown) => {
      if (!isFailure(error, 'ROW_CHANGED')) throw error
    })
  }
}

const histogram = (bucket: number, count: number) => ({
  count,
  sum: count * 100,
  buckets: Array.from({ length: 17 }, (_, at) => (at === bucket ? count : 0)),
})

async function open(page: Page, name: string): Promise<void> {
  await page.goto(`${pages.system.addresses.sync}/operations`)
  await pages.signIn(page, name)
}

test.each(SCREENS)('an operator sees how the service does, and reads what to do %s', async (screen, options) => {
  const { page, failures } = await pages.browser.newPage(options)
  await open(page, 'Nora Winther')
  await page.getByRole('heading', { name: 'How the service does' }).waitFor()
  expect(await page.getByRole('img', { name: 'Delay of changes, p95' }).count()).toBe(1)
  await page.getByText('half within 2.5 s, 95 % within 1 min').first().waitFor()
  await isGoodPage(page, `operations ${screen}`)
  await page.getByText('The charts as a table').first().click()
  await isGoodPage(page, `operations-table ${screen}`)
  await page.getByRole('link', { name: 'The last 14 days' }).click()
  await page.getByText('The last 14 days', { exact: true }).first().waitFor()
  await page.getByRole('link', { name: 'dead-letters' }).click()
  await page.getByRole('heading', { name: 'dead-letters' }).waitFor()
  await isGoodPage(page, `runbook ${screen}`)
  expect(failures).toEqual([])
})

test('whoever is no operator reads that the page is not for them', async () => {
  const [[, options] = []] = SCREENS
  const { page } = await pages.browser.newPage(options)
  await open(page, 'Emil Krogh')
  await page.getByRole('heading', { name: 'This page is not for you' }).waitFor()
  await isGoodPage(page, 'operations-refused')
})
