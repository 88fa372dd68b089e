import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type FunctionsProcess, spawnFunctionsHost } from '../../../infra/local/functions-host/spawn-functions-host.ts'
import type { Progress } from '../../support/progress.ts'
import { connectSlowSenders } from '../../support/slow-senders.ts'
import { startBenchSystem } from '../bench-system.ts'
import { connectPeople, handled, notificationsOf, sendAll } from '../burst.ts'
import { processorMs } from '../processor-time.ts'
import { buildSmallApp } from '../small-app.ts'
import { quantile } from '../statistics.ts'
import { BARE, OURS } from './handlers.ts'

/** What a request cost, in milliseconds; `processorMs` of the process that answers. */
export interface Taken {
  readonly ms: number
  readonly processorMs: number
  /** Answers that were not 202. */
  readonly refused: number
}

export interface Round {
  readonly ours: Taken
  readonly bare: Taken
  /** How many times as long ours takes with slow senders beside, at the 99th percentile. */
  readonly besideSlow: number
}

export interface Size {
  readonly people: number
  readonly rounds: number
  /** Of each side in each round. */
  readonly notifications: number
  readonly connections: number
  /** Connections that send a byte a second. */
  readonly slowSenders: number
  readonly progress: Progress
}

/** Sends genuine notifications to our webhook and to the bare one, in turn, each in a Functions host of its own. */
export async function measureWebhooks(app: string, size: Size): Promise<readonly Round[]> {
  const folder = await mkdtemp(join(tmpdir(), 'webhooks-'))
  const system = await startBenchSystem(app)
  const hosts: FunctionsProcess[] = []
  try {
    await connectPeople(system, size.people)
    await handled(system)
    const bodies = notificationsOf(system)
    await system.functionsHost().close()
    const start = async (name: string, source: string) => {
      const appDirectory = resolve(await buildSmallApp(join(folder, name), source))
      const rest = { environment: system.settings, masterKey: system.masterKey, write: () => undefined }
      const host = await spawnFunctionsHost({ appDirectory, port: 0, ...rest })
      hosts.push(host)
      return host
    }
    const [ours, bare] = [await start('ours', OURS), await start('bare', BARE)]
    // What is compiled in the first seconds is not measured.
    for (const host of hosts) await takenBy(host, bodies, size)
    const all: Round[] = []
    for (let round = 0; round < size.rounds; round++) {
      size.progress.at(round, size.rounds)
      const before = round % 2 === 0 ? await takenBy(bare, bodies, size) : undefined
      const measured = await takenBy(ours, bodies, size)
      const besideSlow = await slowed(`${ours.url}/graph/notifications`, size.slowSenders)
      all.push({ ours: measured, bare: before ?? (await takenBy(bare, bodies, size)), besideSlow })
    }
    return all
  } finally {
    for (const host of hosts) await host.close()
    await system.close()
    await rm(folder, { recursive: true })
  }
}

async function takenBy(host: FunctionsProcess, bodies: readonly string[], size: Size): Promise<Taken> {
  const { notifications, connections } = size
  const before = processorMs(host.pid)
  const url = `${host.url}/graph/notifications`
  const { answers, seconds } = await sendAll(
    url,
    { notifications, connections },
    (at) => bodies[at % bodies.length] ?? '',
  )
  return {
    ms: (seconds * 1000) / notifications,
    processorMs: (processorMs(host.pid) - before) / notifications,
    refused: answers.filter(({ status }) => status !== 202).length,
  }
}

async function slowed(url: string, senders: number): Promise<number> {
  const alone = await slowest(url)
  const slow = await connectSlowSenders(url, senders)
  try {
    return (await slowest(url)) / alone
  } finally {
    slow.release()
  }
}

/** The 99th percentile of 400 requests one after the other, in milliseconds. */
async function slowest(url: string): Promise<number> {
  const forged = JSON.stringify({ value: [{ clientState: 'forged' }] })
  const { answers } = await sendAll(url, { notifications: 400, connections: 1 }, () => forged)
  const wrong = answers.find(({ status }) => status !== 401)
  if (wrong) throw new Error(`a forged notification is answered ${wrong.status}`)
  return quantile(
    answers.map(({ ms }) => ms),
    0.99,
  )
}
