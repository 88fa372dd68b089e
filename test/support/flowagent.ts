import { type AddressInfo, createServer } from 'node:net'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { startFlowAgent } from '../../infra/local/flowagent/flowagent.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { startBrowser, type TestBrowser } from './browser.ts'
import { type FakeApi, startFakeApi } from './flowagent-api.ts'

export interface FlowAgentRig {
  url: string
  api: FakeApi
  /** A new person's browser, on Wednesday 18 November 2026 in Copenhagen. */
  visit(path: string, options?: BrowserContextOptions): Promise<{ page: Page; failures: string[] }>
  /** The same, connected, and looking at `path`. */
  visitConnected(path: string, options?: BrowserContextOptions): Promise<{ page: Page; failures: string[] }>
  close(): Promise<void>
}

export const CONNECT = 'Connect to Microsoft'

/** FlowAgent with a fake integrator API behind it and a browser in front of it. */
async function startRig(browser: TestBrowser): Promise<FlowAgentRig> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const api = await startFakeApi(`${url}/oauth/callback`)
  const flowAgent = await startFlowAgent({
    port,
    apiUrl: api.url,
    publicUrl: url,
    clientId: 'flowagent',
    clientSecret: 'not-a-secret',
    clock: systemClock,
    random: systemRandom,
    log: () => undefined,
  })

  const pages: Page[] = []

  async function visit(path: string, options?: BrowserContextOptions) {
    const visitor = await browser.newPage(options)
    pages.push(visitor.page)
    await visitor.page.clock.setFixedTime('2026-11-18T09:00:00Z')
    await visitor.page.goto(url + path)
    return visitor
  }

  return {
    url,
    api,
    visit,
    async visitConnected(path, options) {
      const visitor = await visit('/settings', options)
      await visitor.page.getByRole('button', { name: CONNECT }).click()
      await visitor.page.locator('.who').waitFor()
      if (path !== '/settings') await visitor.page.goto(url + path)
      if (path === '/calendar') await visitor.page.locator('#frame[data-state=ready]').waitFor()
      return visitor
    },
    async close() {
      await Promise.all(pages.map((page) => page.context().close()))
      await flowAgent.close()
      await api.close()
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** For each test of a file a rig of its own, in one browser. */
export function useRig(): () => FlowAgentRig {
  let browser: TestBrowser
  let rig: FlowAgentRig

  beforeAll(async () => {
    browser = await startBrowser()
  }, 240_000)
  afterAll(() => browser.close())
  beforeEach(async () => {
    rig = await startRig(browser)
  })
  afterEach(() => rig.close())

  return () => rig
}
