import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ServiceBusClient } from '@azure/service-bus'
import { Cron } from 'croner'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mailbox } from '../../infra/local/microsoft365/mailbox/mailbox.ts'
import { connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import { localSettings } from '../../infra/local/settings.ts'
import { parseOps, runOps } from '../../infra/ops.ts'
import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { epochMs, later, minutes, systemClock } from '../../shared/core/time.ts'
import { ALERTS, evaluateAlerts } from '../../shared/operations/alerts.ts'
import { type Figures, merged, noFigures } from '../../shared/operations/figures.ts'
import type { Sample } from '../../shared/operations/sample.ts'
import { watchOf } from '../../shared/service/operations.ts'
import { createService } from '../../shared/service.ts'
import { createTables } from '../../shared/storage/azure-tables.ts'
import { createOperationsStore } from '../../shared/storage/operations.ts'
import { eventually } from '../support/eventually.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { emptyWorld, firstPullDone, queueIsEmpty, type RunningSystem, startWholeSystem } from '../support/system.ts'

const ACCOUNT = `acc_${'x'.repeat(22)}`
const SECRET = 'Board meeting about the merger'

let system: RunningSystem
let client: ServiceBusClient
let reader: SampleIntegrator
let mailbox: Mailbox

beforeAll(async () => {
  const world = emptyWorld()
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName: 'Anna Holm' })
  mailbox = world.mailboxOf(person.oid)
  system = await startWholeSystem({ world })
  reader = await connectPerson(system.addresses.sync, person.userPrincipalName)
  await firstPullDone(reader)
  await queueIsEmpty(system)
  client = new ServiceBusClient(system.serviceBus.connectionString)
})
afterAll(async () => {
  await client.close()
  await system.close()
})

const deadLetters = () => system.serviceBus.snapshot().messages.filter(({ state }) => state === 'dead-lettered')
const poison = (sessionId: string, body: unknown) => client.createSender('mailbox').sendMessages({ body, sessionId })

const tomorrow = () => new Date(later(systemClock.now(), minutes(24 * 60))).toISOString().slice(0, 10)

async function shows(subject: string): Promise<void> {
  mailbox.create(oneHour(subject, tomorrow()))
  await eventually(`${subject} is shown`, async () =>
    (await reader.events()).some(({ summary }) => summary === subject),
  )
}

/** The system of this test, as a settings file of Azure would name it. */
const settings = () => localSettings(system.addresses, system.serviceBus.connectionString, {})

/** `npm run ops` in this process: Node.js and tsx take seconds to start. */
async function command(...args: string[]): Promise<string> {
  const ports = createPorts(configOrThrow(readConfig(settings())))
  const told: string[] = []
  const quiet = { ...ports, log: () => undefined }
  const operator = async () => (await createService(quiet)).operator
  await runOps(
    { watch: watchOf(quiet), operator, clock: ports.clock, write: (text) => told.push(text) },
    parseOps(args),
  )
  return told.join('')
}

test('Q4: a message that cannot be handled is given up after ten deliveries, and nobody else waits for it', async () => {
  await poison('poisoned', { account: ACCOUNT, reason: 'notified', calendar: 'no such calendar', note: SECRET })
  await shows('Beside the poison')
  await eventually('the message is given up', () => deadLetters().length === 1)
  const [letter] = deadLetters()
  expect(letter?.deliveryCount).toBe(10)
  expect(system.lines.filter((line) => line.includes('function-failed'))).toHaveLength(10)
  await shows('After the poison')
})

test('Q4: the log has an alarm within five minutes', async () => {
  const { functions } = system.functionsHost()
  const { schedule = '' } = functions.find(({ name }) => name === 'report-dead-letters') ?? {}
  expect(longestPause(schedule)).toBeLessThanOrEqual(minutes(5))
  await runTimer('report-dead-letters')
  await eventually('the alarm is in the log', () => alarms().length > 0)
  expect(alarms()[0]).toMatchObject({ level: 'error', messages: 1 })
  expect(system.lines.join()).not.toContain(SECRET)
})

test('Q4: the alert for it is raised, by what the built app has measured of its own functions', async () => {
  await runTimer('gather-figures')
  const { TABLES_URL: url = '', TABLES_ACCOUNT_KEY: accountKey = '' } = system.settings
  const store = createOperationsStore(createTables({ url, access: { accountKey } }))
  let samples: readonly Sample[] = []
  await eventually('a sample tells of the message', async () => {
    samples = await store.samples(epochMs(0))
    return samples.some(({ gauges }) => gauges['dead-letters{queue=mailbox}'] === 1)
  })
  const raised = evaluateAlerts(ALERTS, samples, systemClock.now()).filter(({ isRaised }) => isRaised)
  expect(raised.map(({ name }) => name)).toEqual(expect.arrayContaining(['dead-letters', 'alarms']))
  expect(raised.map(({ name }) => name)).not.toContain('silence')
  const measured = Object.keys(samples.map((sample): Figures => sample).reduce(merged, noFigures).histograms)
  const named = [
    'queue.age{queue=mailbox}',
    'http.duration{status=2xx}',
    'webhook.duration',
    'sync.delay{mode=notified}',
  ]
  expect(measured).toEqual(expect.arrayContaining(named))
})

/** Milliseconds between two of the timer's next hundred runs. */
function longestPause(schedule: string): number {
  const runs = new Cron(schedule, { mode: '6-part', timezone: 'UTC' }).nextRuns(100).map(Number)
  return Math.max(...runs.slice(1).map((run, index) => run - (runs[index] ?? 0)))
}

const alarms = () =>
  system.lines
    .filter((line) => line.includes('"event":"messages-given-up"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const runTimer = (name: string) =>
  fetch(`${system.functionsHost().url}/admin/functions/${name}`, {
    method: 'POST',
    headers: { 'x-functions-key': system.masterKey, 'content-type': 'application/json' },
    body: '{}',
  })

test('Q4: dead letters are listed by ids, and replaying them twice wakes each account once', async () => {
  const account = await accountOfReader()
  await giveUp({ account, reason: 'notified' })
  expect(await command('dead-letters')).toMatch(new RegExp(`notified ${account}\\n.*2 dead letters`, 's'))
  expect(await command('dead-letters')).not.toContain(SECRET)
  expect(await command('replay', '--queue', 'channel')).toBe(
    'channel: 0 sent again, 0 left because they are no wake-ups\n',
  )
  expect(await command('replay')).toContain('mailbox: 1 sent again, 1 left because they are no wake-ups\n')
  await queueHandled()
  const pulled = () => system.lines.filter((line) => line.includes('"event":"calendar-pulled"')).length
  const before = pulled()
  expect(await command('replay')).toContain('mailbox: 0 sent again, 1 left because they are no wake-ups\n')
  await queueHandled()
  expect(pulled()).toBe(before)
  expect(deadLetters()).toHaveLength(1)
  await shows('After the replay')
})

const accountOfReader = async () => {
  const { body } = await reader.get('/v1/userinfo')
  return String(body['sub'])
}

const queueHandled = () =>
  eventually('every wake-up is handled', () =>
    system.serviceBus.snapshot().messages.every(({ state }) => state === 'dead-lettered'),
  )

/** The session is taken before the message comes, so that the host does not get it. */
async function giveUp(body: object): Promise<void> {
  const session = await client.acceptSession('mailbox', 'given up')
  await client.createSender('mailbox').sendMessages({ body, sessionId: 'given up' })
  const [message] = await session.receiveMessages(1)
  if (message === undefined) throw new Error('the message did not come')
  await session.deadLetterMessage(message)
  await session.close()
}

test('an operator asks the running system: an account, a fresh round, and whether all is done', async () => {
  const account = await accountOfReader()
  expect(await command('account', account)).toMatch(/active\n.*next planned visit/s)
  expect(await command('resync', account)).toMatch(/^1 calendars/)
  await eventually('it is read anew', () => system.lines.some((line) => line.includes('calendars-read-anew')))
  expect(await command('drain', '--json')).toContain('"isDrained":true')
})

test.each([
  ['infra/ops-command.ts', ['account', ACCOUNT]],
  ['infra/restore-command.ts', ['status']],
])('a system that is not there is a failure that says what to do: %s', async (file, args) => {
  const nowhere = { ...settings(), TABLES_URL: 'http://127.0.0.1:1/devstoreaccount1' }
  const failed = promisify(execFile)('npx', ['tsx', file, ...args], { env: { ...process.env, ...nowhere } })
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/STORAGE_UNAVAILABLE.*az login/s),
  })
})
