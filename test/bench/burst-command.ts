import { stdout } from 'node:process'
import { portOffset } from '../../infra/local/addresses.ts'
import { createWorld } from '../../infra/local/microsoft365/world.ts'
import { startSystem } from '../../infra/local/system.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { readNumbers, runProof } from '../support/proof-command.ts'
import { type BurstResult, type BurstSystem, runBurst } from './burst.ts'

const USAGE = 'npm run burst -- [--notifications 20000] [--mailboxes 200] [--connections 250]'

/** Graph counts an answer that takes longer as a failure, in milliseconds. */
const TIME_LIMIT = 3_000
/** Seconds within which all that was told must be handled, and how often a mailbox may be asked for it. */
const MOST_SECONDS = 600
const MOST_PULLS = 20

/** `npm run burst`: the local system, a burst of notifications, and what became of them. It fails when one is lost. */
async function main(): Promise<boolean> {
  const options = readNumbers({ notifications: 20_000, mailboxes: 200, connections: 250 })
  const world = createWorld({ clock: systemClock, random: systemRandom })
  world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  const system = await startSystem({ offset: portOffset(), world, log: () => undefined, write: () => undefined })
  const { microsoft365, serviceBus } = system
  if (microsoft365 === undefined || serviceBus === undefined) throw new Error('a setting replaces a stand-in')
  const whole: BurstSystem = { ...system, microsoft365, serviceBus }
  try {
    stdout.write(`connecting ${options.mailboxes} people\n`)
    const result = await runBurst(whole, options)
    print(result)
    return isGood(result, options.notifications)
  } finally {
    await system.close()
  }
}

const isGood = ({ statuses, max, drained, pulls, lost }: BurstResult, notifications: number): boolean =>
  statuses[202] === notifications &&
  max <= TIME_LIMIT &&
  drained <= MOST_SECONDS &&
  (pulls.at(-1) ?? 0) <= MOST_PULLS &&
  lost === 0

function print({ statuses, p50, p99, max, seconds, drained, pulls, lost }: BurstResult): void {
  const answers = Object.entries(statuses).map(([status, count]) => `${count} x ${status === '0' ? 'none' : status}`)
  const lines = [
    `answers   ${answers.join(', ')} in ${seconds.toFixed(1)} s`,
    `time      p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, max ${max.toFixed(0)} ms (limit ${TIME_LIMIT} ms)`,
    `handled   ${drained.toFixed(1)} s after the last answer (limit ${MOST_SECONDS} s)`,
    `pulls     of each mailbox: ${pulls[0]} to ${pulls.at(-1)}, ${pulls[Math.floor(pulls.length / 2)]} in the middle (limit ${MOST_PULLS})`,
    `lost      ${lost} mailboxes`,
  ]
  stdout.write(`${lines.join('\n')}\n`)
}

runProof(USAGE, main)
