import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startFunctionsHost } from '../../infra/local/functions-host/start-functions-host.ts'
import { buildApp } from '../support/built-app.ts'

const timer = (name: string, options: string) =>
  `app.timer('${name}', { ${options}, handler: (timer, context) => context.log('${name}', JSON.stringify(timer)) })`

/** A running app with this one function, the folder of its timers, and the timers it was called with. */
async function startTimerApp(source: string, prepare: (folder: string) => Promise<unknown> = async () => undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'timers-'))
  await prepare(folder)
  const app = await buildApp({ functions: { timer: source } })
  const lines: string[] = []
  const host = await startFunctionsHost({
    appDirectory: app.directory,
    port: 0,
    environment: { SCHEDULE: '0 0 5 1 1 *' },
    masterKey: 'key',
    timerFolder: folder,
    write: (line) => lines.push(line),
  })
  onTestFinished(async () => {
    await host.close()
    await app[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  const calls = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => JSON.parse(line.slice(name.length + 1)))
  return { host, folder, lines, calls }
}

const soon = { timeout: 30_000, interval: 20 }
const run = (url: string, name: string, init: RequestInit = {}) =>
  fetch(`${url}/admin/functions/${name}`, { method: 'POST', headers: { 'x-functions-key': 'key' }, ...init })

test('a six-field schedule runs the function every second, and each run says when it was due', async () => {
  const { calls } = await startTimerApp(timer('tick', `schedule: '* * * * * *'`))
  await vi.waitFor(() => expect(calls('tick').length).toBeGreaterThanOrEqual(2), soon)
  const [first, second] = calls('tick')
  expect(first).toMatchObject({ isPastDue: false, schedule: { adjustForDST: true } })
  expect(Date.parse(second.scheduleStatus.next) - Date.parse(first.scheduleStatus.next)).toBeGreaterThanOrEqual(1000)
  expect(Date.parse(second.scheduleStatus.last)).toBeLessThanOrEqual(Date.now())
})

test('a function runs only on days that fit both the day of the month and the day of the week', async () => {
  const { calls, host } = await startTimerApp(timer('both', `schedule: '0 0 0 1 * Mon'`))
  await run(host.url, 'both')
  await vi.waitFor(() => expect(calls('both')).toHaveLength(1), soon)
  const next = new Date(calls('both')[0].scheduleStatus.next)
  expect([next.getUTCDate(), next.getUTCDay()]).toEqual([1, 1])
})

test('a due time that passed while the host was down leads to one late run, and is then remembered as done', async () => {
  const long = '2020-01-01T00:00:00.000Z'
  const { calls, folder } = await startTimerApp(timer('nightly', `schedule: '0 0 3 * * *'`), async (statuses) => {
    await mkdir(statuses, { recursive: true })
    await writeFile(join(statuses, 'nightly.json'), JSON.stringify({ last: long, next: long, lastUpdated: long }))
  })
  await vi.waitFor(async () => {
    const status = JSON.parse(await readFile(join(folder, 'nightly.json'), 'utf8'))
    expect(Date.parse(status.next)).toBeGreaterThan(Date.now())
  }, soon)
  expect(calls('nightly')).toMatchObject([{ isPastDue: true, scheduleStatus: { last: long } }])
})

test('a schedule may come from a setting, and a function without that setting is a failure of its own', async () => {
  const two = `${timer('set', `schedule: '%SCHEDULE%', runOnStartup: true`)}\n${timer('unset', `schedule: '%NO_SUCH_SETTING%'`)}`
  const { host, calls } = await startTimerApp(two)
  expect(host.failures).toEqual([{ source: 'unset', reason: expect.stringContaining('NO_SUCH_SETTING') }])
  await vi.waitFor(() => expect(calls('set')).toHaveLength(1), soon)
})

test('a schedule with five fields is a failure', async () => {
  const { host } = await startTimerApp(timer('five', `schedule: '0 3 * * *'`))
  expect(host.failures).toMatchObject([{ source: 'five' }])
})

test('the administration endpoint runs a timer now, for the master key only', async () => {
  const { host, calls } = await startTimerApp(timer('yearly', `schedule: '%SCHEDULE%'`))
  expect((await run(host.url, 'yearly', { headers: {} })).status).toBe(401)
  expect((await run(host.url, 'unknown')).status).toBe(404)
  expect((await run(host.url, 'yearly', { body: 'not json' })).status).toBe(400)
  expect(calls('yearly')).toEqual([])
  expect((await run(host.url, 'yearly', { body: '{"input":""}' })).status).toBe(202)
  await vi.waitFor(() => expect(calls('yearly')).toMatchObject([{ isPastDue: false }]), soon)
})

test('a run that fails is logged and does not end the schedule', async () => {
  const { lines } = await startTimerApp(
    `app.timer('fails', { schedule: '* * * * * *', handler: () => { throw new Error('a bug') } })`,
  )
  const failed = () => lines.filter((line) => line.includes('function-failed'))
  await vi.waitFor(() => expect(failed().length).toBeGreaterThanOrEqual(2), soon)
})
