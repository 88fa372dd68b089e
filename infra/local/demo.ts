import { exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { systemClock } from '../../shared/core/time.ts'
import { windowAround } from '../../shared/events/window.ts'
import { portOffset } from './addresses.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { openFlowAgent } from './demo/flowagent.ts'
import { openOutlook } from './demo/outlook.ts'
import { tellStory } from './demo/story.ts'
import { type Counts, createTimeline, HEADING } from './demo/timeline.ts'
import { addresses } from './settings.ts'
import { type System, startSystem } from './system.ts'

const PERSON = 'anna.holm@contosonordic.example'

/** `npm run demo`: the whole story without hands. Exits 0 only when every step was verified. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
  const offset = portOffset()
  const proxy = await startCountingProxy(addresses(offset).tables)
  const system = await startSystem({ offset, log: () => {}, write: () => {}, settings: { TABLES_URL: proxy.url } })
  const timeline = createTimeline(systemClock, () => countsOf(system, proxy.count), !values.json)
  try {
    if (!values.json) stdout.write(HEADING)
    await tellStory({
      timeline,
      flowagent: openFlowAgent(system.addresses.flowagent, systemClock),
      outlook: await openOutlook(system.addresses.microsoft365, PERSON),
      clock: systemClock,
      person: PERSON,
      expected: () => expectedEvents(system),
    })
  } catch (error) {
    if (!values.json) stdout.write(`${error instanceof Error ? error.message : error}\n`)
  }
  const verified = timeline.steps.length === 7 && timeline.steps.every((step) => step.verified)
  const run = { verified, steps: timeline.steps }
  stdout.write(
    values.json ? `${JSON.stringify(run, null, 2)}\n` : `\n${verified ? 'every step verified' : 'not verified'}\n`,
  )
  await system.close()
  await proxy.close()
  return verified
}

/** What the product asked for; FlowAgent's own reading of the API costs table requests too and is part of it. */
async function countsOf({ microsoft365, addresses: { vault } }: System, tables: () => number): Promise<Counts> {
  const requests = microsoft365?.graph.requests.list() ?? []
  const log = await fetch(`${vault}/_control/log`)
  const { counts } = (await log.json()) as { counts: Record<string, number> }
  return {
    graph: requests.length,
    tables: tables(),
    vault: Object.values(counts).reduce((sum, count) => sum + count, 0),
  }
}

function expectedEvents({ microsoft365 }: System): number {
  const person = microsoft365?.world.personByAddress(PERSON)
  if (microsoft365 === undefined || person === undefined) return 0
  const mailbox = microsoft365.world.mailboxOf(person.oid)
  const { from, to } = windowAround(systemClock.now(), 40, 199)
  return mailbox.calendars().reduce((sum, { id }) => sum + mailbox.view({ from, to }, id).length, 0)
}

main().then(
  (verified) => exit(verified ? 0 : 1),
  (error) => {
    console.error(error)
    exit(1)
  },
)
