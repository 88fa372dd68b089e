import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kill } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { ServiceBusClient } from '@azure/service-bus'
import { expect, onTestFinished, test, vi } from 'vitest'
import { spawnFunctionsHost } from '../../infra/local/functions-host/spawn-functions-host.ts'
import { startServiceBus } from '../../infra/local/service-bus/start.ts'
import { systemClock } from '../../shared/core/time.ts'
import { openLink } from '../chaos/link.ts'
import { type AppSources, buildApp } from '../support/built-app.ts'
import { createDice } from '../support/dice.ts'

const slow = (body: string) => `
  context.log('begin')
  await new Promise((resolve) => setTimeout(resolve, 400))
  context.log('end')
  ${body}`

async function startProcess(sources: AppSources, environment: Record<string, string> = {}, drainLimit = 5000) {
  const app = await buildApp(sources)
  const folder = await mkdtemp(join(tmpdir(), 'timers-'))
  const lines: string[] = []
  const host = await spawnFunctionsHost({
    appDirectory: app.directory,
    port: 0,
    environment,
    masterKey: 'key',
    timerFolder: folder,
    drainLimit,
    write: (line) => lines.push(line),
  })
  onTestFinished(async () => {
    await host.close()
    await app[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  const logged = (line: string, timeout = 5000) => vi.waitFor(() => expect(lines).toContain(line), { timeout })
  return { host, lines, logged }
}

const httpApp = (body: string): AppSources => ({
  functions: { slow: `app.http('slow', { methods: ['GET'], handler: async (request, context) => { ${body} } })` },
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets a running request finish, and then the process ends well',
  async (signal) => {
    const { host, logged } = await startProcess(httpApp(slow(`return { body: 'answer' }`)))
    const answer = fetch(`${host.url}/api/slow`)
    await logged('begin')
    kill(host.pid, signal)
    expect(await (await answer).text()).toBe('answer')
    expect(await host.ended).toBe(0)
    await expect(fetch(`${host.url}/api/slow`)).rejects.toThrow()
  },
)

test('a run that takes longer than the limit is cut off', async () => {
  const forever = `context.log('begin'); await new Promise(() => setInterval(() => {}, 1000))`
  const { host, logged } = await startProcess(httpApp(forever), {}, 100)
  const answer = fetch(`${host.url}/api/slow`)
  await Promise.all([expect(answer).rejects.toThrow(), logged('begin').then(() => host.close())])
  expect(await host.ended).toBe(0)
})

test('settings come from local.settings.json unless the environment has them', async () => {
  const { host } = await startProcess(
    {
      functions: {
        setting: `app.http('s', { handler: () => ({ jsonBody: [process.env.FROM_FILE, process.env.FROM_BOTH] }) })`,
      },
      values: { FROM_FILE: 'file', FROM_BOTH: 'file' },
    },
    { FROM_BOTH: 'environment' },
  )
  expect(await (await fetch(`${host.url}/api/s`)).json()).toEqual(['file', 'environment'])
})

test('a file that throws is reported by its name, with the functions that are served', async () => {
  const { host } = await startProcess({
    functions: { bad: `throw new Error('cannot load')`, good: `app.http('good', { handler: () => ({ body: 'ok' }) })` },
  })
  expect(host.failures).toMatchObject([{ source: 'dist/functions/bad.js' }])
  expect(host.functions).toMatchObject([{ name: 'good' }])
  expect(await (await fetch(`${host.url}/api/good`)).text()).toBe('ok')
})

test('an app that is not built ends the process with an error', async () => {
  const app = await buildApp(httpApp(''))
  await rm(join(app.directory, 'dist'), { recursive: true })
  onTestFinished(() => app[Symbol.asyncDispose]())
  const options = { appDirectory: app.directory, port: 0, environment: {}, masterKey: 'key', write: () => undefined }
  await expect(spawnFunctionsHost(options)).rejects.toThrow('ended with code 1')
})

test('a host that ends settles the message it works on and gives the session back at once', async () => {
  const bus = await startServiceBus({ port: 0, queues: [{ name: 'work', requiresSession: true }], clock: systemClock })
  const client = new ServiceBusClient(bus.connectionString)
  onTestFinished(async () => {
    await client.close()
    await bus.close()
  })
  const source = `app.serviceBusQueue('work', { connection: 'Bus', queueName: 'work', isSessionsEnabled: true,
    handler: async (message, context) => { ${slow('')} } })`
  const { host, lines, logged } = await startProcess({ functions: { work: source } }, { Bus: bus.connectionString })
  await client.createSender('work').sendMessages([
    { body: 1, sessionId: 's' },
    { body: 2, sessionId: 's' },
  ])
  await logged('begin')
  kill(host.pid, 'SIGTERM')
  const session = await client.acceptSession('work', 's').catch(() => undefined)
  expect(session).toBeUndefined()
  expect(await host.ended).toBe(0)

  expect(lines.filter((line) => line === 'end')).toHaveLength(1)
  const next = await client.acceptSession('work', 's')
  expect(await next.receiveMessages(2, { maxWaitTimeInMs: 500 })).toMatchObject([{ body: 2, deliveryCount: 0 }])
})

test('the clock of the process can be put ahead of the machine, for the app and its libraries', async () => {
  const { host } = await startProcess(httpApp('return { jsonBody: [Date.now(), new Date().getTime()] }'))
  const hoursAhead = async () => {
    const told = (await (await fetch(`${host.url}/api/slow`)).json()) as number[]
    return told.map((at) => Math.round(Math.abs(at - Date.now()) / 3_600_000))
  }
  expect(await hoursAhead()).toEqual([0, 0])
  await host.setAhead(6 * 3_600_000)
  expect(await hoursAhead()).toEqual([6, 6])
})

test('a session whose lock is lost in silence, while its messages are waited for, keeps nothing from being handled', async () => {
  const bus = await startServiceBus({
    port: 0,
    queues: [{ name: 'work', requiresSession: true, lockDuration: 'PT0.3S' }],
    clock: systemClock,
  })
  onTestFinished(() => bus.close())
  const link = await openLink(Number(/:(\d+)/.exec(bus.connectionString)?.[1]), createDice(1))
  onTestFinished(() => link.close())
  const work = `app.serviceBusQueue('work', { connection: 'Bus', queueName: 'work', isSessionsEnabled: true,
    handler: (message, context) => context.log('got ' + message) })`
  const extensions = { serviceBus: { maxConcurrentSessions: 1, sessionIdleTimeout: '00:00:00.5' } }
  const throughLink = bus.connectionString.replace(/(sb:\/\/[^:]*):\d+/, `$1:${link.port}`)
  const { host, logged } = await startProcess({ functions: { work }, host: { extensions } }, { Bus: throughLink })
  const client = new ServiceBusClient(bus.connectionString)
  onTestFinished(() => client.close())
  const send = (body: string) => client.createSender('work').sendMessages({ body, sessionId: 's' })
  await send('before')
  await logged('got before')
  link.set({ isSilent: true })
  await setTimeout(1_200)
  link.set({})
  await send('after')
  await logged('got after', 15_000)
  expect(await Promise.race([host.ended, setTimeout(300, 'running')])).toBe('running')
}, 240_000)
