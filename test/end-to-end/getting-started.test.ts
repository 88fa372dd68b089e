import { spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parse } from 'node-html-parser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import { signIn } from '../../infra/local/sample-integrator.ts'
import { createVisitor } from '../../infra/local/visitor.ts'
import { emptyWorld, type RunningSystem, startWholeSystem } from '../support/system.ts'

/** Inside the folder that has the packages, and gone afterwards. */
const PROGRAM = 'test/end-to-end/getting-started.mjs'

let system: RunningSystem
let address: string

beforeAll(async () => {
  const world = emptyWorld()
  address = fillMailbox(world, MailboxOrder.parse({ singles: 12 })).person.userPrincipalName
  system = await startWholeSystem({ world })
})
afterAll(async () => {
  await rm(PROGRAM, { force: true })
  await system.close()
})

/** The JavaScript of the page as it is served. */
async function programOf(page: string): Promise<string> {
  const document = parse(await (await fetch(page)).text(), { blockTextElements: {} })
  return document
    .querySelectorAll('code.language-js')
    .map((block) => block.text)
    .join('\n')
}

/** Runs the program; the person follows the link that it prints. @returns what it printed. */
async function run(syncUrl: string): Promise<string[]> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, SYNC_API_URL: syncUrl, NO_PROXY: 'localhost' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const printed: string[] = []
  for await (const line of createInterface(child.stdout)) {
    const [, link] = /^Open (.*)$/.exec(line) ?? []
    if (link !== undefined) await consent(link)
    else printed.push(line)
  }
  expect(await ended).toBe(0)
  return printed
}

async function consent(link: string): Promise<void> {
  const visitor = createVisitor()
  const back = await signIn(visitor, link, address, 'http://localhost:8765/callback')
  expect((await fetch(back.url)).status).toBe(200)
}

test('the program of "Getting started" does what the page says, against the running system', async () => {
  const { sync } = system.addresses
  await writeFile(PROGRAM, await programOf(`${sync}/docs/getting-started`))
  expect(await run(sync)).toEqual([
    `Connected to ${address}`,
    'Read 12 events',
    'The change is applied',
    expect.stringMatching(/^Board meeting, moved to room 2 begins at \d{4}-\d{2}-\d{2}T0[78]:00:00Z$/),
    'Deleted',
    'Revoked; a further request is answered with 401',
  ])
})
