import { availableParallelism } from 'node:os'
import { stdout } from 'node:process'
import { portOffset } from '../../infra/local/addresses.ts'
import { createWorld } from '../../infra/local/microsoft365/world.ts'
import { startSystem } from '../../infra/local/system.ts'
import { systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { readNumbers, runProof } from '../support/proof-command.ts'
import { type BurstResult, type BurstSystem, MOST_PULLS, MOST_PULLS_SHARE, runBurst } from './burst.ts'

const USAGE = 'npm run burst -- [--notifications 20000] [--mailboxes 200] [--connections 250]'

/** Milliseconds. Graph counts an answer that takes three seconds as a failure. */
const MOST_MS = 2_900
/**
 * Milliseconds that 99 of 100 answers take less than, of a host with processors of its own: it is judged where the host,
 * those who send and the stand-ins have one each, and one is left. With fewer of them an answer waits for its sender.
 */
const MOST_P99 = 500
const ENOUGH_PROCESSORS = 4
/** Seconds within which all that was told must be handled. */
const MOST_SECONDS = 600

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

const judgesP99 = availableParallelism() >= ENOUGH_PROCESSORS

const isGood = ({ statuses, p99, max, drained, pulls, pullsShare, lost }: BurstResult, notifications: number) =>
  statuses[202] === notifications &&
  max <= MOST_MS &&
  (!judgesP99 || p99 <= MOST_P99) &&
  drained <= MOST_SECONDS &&
  (pulls.at(-1) ?? 0) <= MOST_PULLS &&
  pullsShare <= MOST_PULLS_SHARE &&
  lost === 0

function print({ statuses, p50, p99, max, seconds, drained, pulls, pullsShare, lost }: BurstResult): void {
  const answers = Object.entries(statuses).map(([status, count]) => `${count} x ${status === '0' ? 'none' : status}`)
  const few = `, not judged with fewer than ${ENOUGH_PROCESSORS} processors: there are ${availableParallelism()}`
  const lines = [
    `answers   ${answers.join(', ')} in ${seconds.toFixed(1)} s`,
    `time      p50 ${p50.toFixed(0)} ms, max ${max.toFixed(0)} ms (limit ${MOST_MS} ms)`,
    `          p99 ${p99.toFixed(0)} ms (limit ${MOST_P99} ms${judgesP99 ? '' : few})`,
    `handled   ${drained.toFixed(1)} s after the last answer (limit ${MOST_SECONDS} s)`,
    `pulls     of each mailbox: ${pulls[0]} to ${pulls.at(-1)}, ${pulls[Math.floor(pulls.length / 2)]} in the middle (limit ${MOST_PULLS})`,
    `          ${pullsShare.toFixed(2)} for each notification (limit ${MOST_PULLS_SHARE})`,
    `lost      ${lost} mailboxes`,
  ]
  stdout.write(`${lines.join('\n')}\n`)
}

runProof(USAGE, main)
