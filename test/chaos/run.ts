import { setTimeout as sleep } from 'node:timers/promises'
import { createDice } from '../support/dice.ts'
import type { Progress } from '../support/progress.ts'
import { type Life, livesOf } from './gauge.ts'
import { editInOutlook, writeInFlowAgent, writeOverApi } from './hands.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { connectPeople, type Person } from './people.ts'
import { describe, planTroubles } from './plan.ts'
import { createRequests } from './requests.ts'
import { type Settled, settle, standStill } from './settle.ts'
import { type ChaosSystem, startChaosSystem } from './system.ts'
import { createTroublemaker, type Troublemaker } from './troubles.ts'
import { auditProblems } from './verdict.ts'
import type { Records } from './watch.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly durationMs: number
  readonly people: number
  readonly offset: number
  /** The built app. */
  readonly app: string
  readonly records: Records
  /** Told every half minute, and as the run goes from one part to the next. */
  readonly say: (text: string) => void
  readonly progress: Progress
}

/** What a run came to. */
export interface ChaosResult {
  /** How long there were troubles. */
  readonly durationMs: number
  readonly settled: Settled
  /** What happened after everything was right, and must not. */
  readonly restless: readonly string[]
  readonly deadLetters: number
  readonly audit: readonly string[]
  readonly errors: ReadonlyMap<string, number>
  /** How many of each hand were accepted, and more that is worth telling. */
  readonly edits: ReadonlyMap<string, number>
  /** `host killed`, `tables frozen`: how often. */
  readonly processes: ReadonlyMap<string, number>
  readonly links: Readonly<Record<string, ChaosSystem['links'][keyof ChaosSystem['links']]['counts']>>
  /** While there were troubles: afterwards nobody asks for anything. */
  readonly lives: readonly Life[]
  /** Connections to the broker that are open in the end. */
  readonly left: number
  /** What went wrong with the run itself, and hosts that ended by themselves. */
  readonly failures: readonly string[]
}

const PROGRESS_EVERY = 30_000

/** People and an integrator edit in the midst of planned troubles; then these stop, and everything has to be right. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { offset, app, people: count, records, say } = options
  const dice = createDice(options.seed)
  const { folder, write } = records
  const system = await startChaosSystem({ offset, folder, dice, app, write, people: count })
  try {
    const people = await connectPeople(system)
    say(`${people.length} people are connected; logs are in ${folder}`)
    const ledger = createLedger()
    const troublemaker = createTroublemaker(system)
    const failures = await trouble({ ...options, system, people, ledger, troublemaker })
    const lives = livesOf(records.samples)
    say('the troubles have ended')
    const settled = await settle(system, people, ledger)
    const restless = settled.faults.length > 0 ? [] : await standStill(system, people, ledger)
    return {
      ...{ durationMs: options.durationMs, settled, restless, lives, left: await leftOpen(system) },
      deadLetters: await system.broker.deadLetters(),
      audit: await auditProblems(system),
      errors: records.errors,
      edits: ledger.counts,
      processes: troublemaker.counts,
      links: Object.fromEntries(Object.entries(system.links).map(([name, link]) => [name, link.counts])),
      failures: [...failures, ...troublemaker.failures, ...system.host.endedByItself],
    }
  } finally {
    await system.close()
  }
}

/** The fewest of ten looks: what is opened for a moment is not left. */
async function leftOpen({ links }: ChaosSystem): Promise<number> {
  const looks: number[] = []
  for (let look = 0; look < 10; look++) {
    looks.push(links.broker.open())
    await sleep(300)
  }
  return Math.min(...looks)
}

interface Scene extends Pick<ChaosOptions, 'seed' | 'durationMs' | 'records' | 'say' | 'progress'> {
  readonly system: ChaosSystem
  readonly people: readonly Person[]
  readonly ledger: Ledger
  readonly troublemaker: Troublemaker
}

/** Everybody edits, and everything that was planned happens. @returns what stopped somebody from editing. */
async function trouble(scene: Scene): Promise<readonly string[]> {
  const { seed, durationMs, records, say, ledger, troublemaker, system } = scene
  const stopping = new AbortController()
  const failures: string[] = []
  const hands = handsOf(scene, stopping.signal).map((hand) =>
    hand.catch((error: unknown) => void failures.push(error instanceof Error ? error.message : String(error))),
  )
  const began = Date.now()
  const bar = setInterval(() => scene.progress.at(Math.min(Date.now() - began, durationMs), durationMs), 1_000)
  const lines = setInterval(() => {
    const edits = sum([...ledger.counts].filter(([name]) => !name.includes(' ')))
    const cuts = Object.values(system.links).reduce((all, { counts }) => all + counts.cut + counts.refused, 0)
    const at = Math.round((Date.now() - began) / 1000)
    say(
      `${at} s: ${edits} edits, ${cuts} connections cut or refused, ${[...troublemaker.counts].map(spoken).join(', ')}`,
    )
  }, PROGRESS_EVERY)
  for (const one of planTroubles(createDice(seed), durationMs)) {
    await sleep(Math.max(0, one.atMs - (Date.now() - began)))
    records.note(describe(one))
    troublemaker.make(one)
  }
  await sleep(Math.max(0, durationMs - (Date.now() - began)))
  await troublemaker.end()
  stopping.abort()
  await Promise.all(hands)
  for (const timer of [bar, lines]) clearInterval(timer)
  scene.progress.end()
  return failures
}

function handsOf({ people, ledger, seed, system }: Scene, signal: AbortSignal): Promise<void>[] {
  const today = Math.floor(Date.now() / 86_400_000) * 86_400_000
  return people.flatMap((person) => {
    const dice = createDice(`${seed} person ${person.index}`)
    const requests = createRequests(system.addresses.sync, person.integrator.token, ledger)
    const common = { person, ledger, requests, own: [], today }
    return [
      editInOutlook({ ...common, dice: dice.fork('Outlook') }, signal),
      writeOverApi({ ...common, dice: dice.fork('integrator') }, signal),
      writeInFlowAgent({ ...common, dice: dice.fork('FlowAgent') }, signal),
    ]
  })
}

const sum = (counts: readonly (readonly [string, number])[]): number =>
  counts.reduce((all, [, count]) => all + count, 0)

const spoken = ([name, count]: readonly [string, number]): string => `${name} ${count}`
