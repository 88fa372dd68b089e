import { exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { seconds, systemClock } from '../../shared/core/time.ts'
import { windowAround } from '../../shared/events/window.ts'
import { portOffset } from './addresses.ts'
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts'
import { openFlowAgent } from './demo/flowagent.ts'
import { writesIn } from './demo/graph-writes.ts'
import { tellLossy } from './demo/lossy.ts'
import { openOutlook } from './demo/outlook.ts'
import { runPrivacy } from './demo/privacy.ts'
import type { Stage } from './demo/stage.ts'
import { tellStory } from './demo/story.ts'
import { type Counts, createTimeline, HEADING, type Timeline } from './demo/timeline.ts'
import { runTrace } from './demo/trace.ts'
import { runTrouble } from './demo/trouble.ts'
import { tellWithoutNotifications } from './demo/without-notifications.ts'
import { addresses } from './settings.ts'
import { type System, startSystem } from './system.ts'

const PERSON = 'anna.holm@contosonordic.example'
const COLLEAGUE = { name: 'Sofie Lindqvist', address: 'sofie.lindqvist@contosonordic.example' }

/** What stands between the product and its neighbours, and counts. */
interface Proxies {
  readonly graph: CountingProxy
  readonly tables: CountingProxy
}

/**
 * `npm run demo`: the whole story without hands; with `--no-notifications` or `--lossy` a story of trouble, after which
 * `--stay` lets the system run on; with `--privacy` one of what is kept where, with `--trace` the way of two changes
 * through all hops. Exits 0 only when every step was verified.
 */
async function main(): Promise<boolean> {
  const flag = { type: 'boolean', default: false } as const
  const options = {
    json: flag,
    'no-notifications': flag,
    lossy: flag,
    privacy: flag,
    trace: flag,
    stay: flag,
    seed: { type: 'string', default: '1' },
  } as const
  const { values } = parseArgs({ options })
  if (values['no-notifications']) return runTrouble(portOffset(), PERSON, values.stay, tellWithoutNotifications)
  if (values.privacy) return runPrivacy(portOffset())
  if (values.trace) return runTrace(portOffset(), PERSON)
  if (values.lossy)
    return runTrouble(portOffset(), PERSON, values.stay, (stage) => tellLossy(stage, Number(values.seed)))
  const say = (text: string) => void (values.json || stdout.write(text))
  const offset = portOffset()
  const where = addresses(offset)
  const proxies = {
    graph: await startCountingProxy(where.microsoft365),
    tables: await startCountingProxy(where.tables),
  }
  const settings = { GRAPH_URL: proxies.graph.url, TABLES_URL: proxies.tables.url }
  const system = await startSystem({ offset, log: () => {}, write: () => {}, settings })
  const timeline = createTimeline(
    { clock: systemClock, counts: () => countsOf(system, proxies), rest: () => atRest(system, proxies) },
    !values.json,
  )
  say(HEADING)
  const verified = await tell(system, proxies, timeline).catch((error: unknown) => {
    say(`\n${error instanceof Error ? error.message : error}\n`)
    return false
  })
  if (values.json) stdout.write(`${JSON.stringify({ verified, steps: timeline.steps }, null, 2)}\n`)
  say(`\n${verified ? `all ${timeline.steps.length} steps verified` : 'not verified'}\n`)
  await system.close()
  await Promise.all([proxies.graph.close(), proxies.tables.close()])
  return verified
}

/** @returns true once every step was verified. @throws what the first one that was not throws. */
async function tell(system: System, proxies: Proxies, timeline: Timeline): Promise<boolean> {
  const { flowagent: page, microsoft365 } = system.addresses
  await tellStory({
    timeline,
    clock: systemClock,
    began: systemClock.now(),
    flowagent: openFlowAgent(page, systemClock),
    outlook: openOutlook(microsoft365, PERSON),
    person: PERSON,
    colleague: { ...COLLEAGUE, outlook: openOutlook(microsoft365, COLLEAGUE.address) },
    rest: () => atRest(system, proxies),
    writes: () => writesIn(proxies.graph.passed()),
    mailbox: () => mailboxOf(system),
  })
  return true
}

const LOOK_AGAIN = seconds(0.06)

/** Waits until every wake-up is handled and nobody is about to send another one. */
async function atRest({ serviceBus }: System, { graph }: Proxies): Promise<void> {
  for (;;) {
    const before = graph.passed().length
    await systemClock.sleep(LOOK_AGAIN)
    if (serviceBus?.snapshot().messages.length === 0 && graph.passed().length === before) return
  }
}

/** FlowAgent's own reading of the API costs table requests too and is part of it. */
async function countsOf({ addresses: { vault } }: System, { graph, tables }: Proxies): Promise<Counts> {
  const log = await fetch(`${vault}/_control/log`)
  const { counts } = (await log.json()) as { counts: Record<string, number> }
  return {
    graph: graph.passed().length,
    writes: writesIn(graph.passed()).length,
    tables: tables.passed().length,
    vault: Object.values(counts).reduce((sum, count) => sum + count, 0),
  }
}

function mailboxOf({ microsoft365 }: System): ReturnType<Stage['mailbox']> {
  const person = microsoft365?.world.personByAddress(PERSON)
  if (microsoft365 === undefined || person === undefined) return []
  const mailbox = microsoft365.world.mailboxOf(person.oid)
  const { from, to } = windowAround(systemClock.now(), { past: 40, future: 199 })
  return mailbox
    .calendars()
    .flatMap(({ id }) => mailbox.view({ from, to }, id))
    .map(({ fields, span }) => ({ title: String(fields['subject'] ?? ''), startAt: span.startAt as never }))
}

main().then(
  (verified) => exit(verified ? 0 : 1),
  (error) => {
    console.error(error)
    exit(1)
  },
)
