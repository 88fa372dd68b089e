import { randomId, systemRandom } from '../../../shared/core/random.ts'
import { systemClock } from '../../../shared/core/time.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../otlp/receiver.ts'
import { placed, traceTree } from '../otlp/trace-tree.ts'
import { connectPerson } from '../sample-integrator.ts'
import { type System, startSystem } from '../system.ts'
import { openFlowAgent } from './flowagent.ts'
import { openOutlook } from './outlook.ts'
import { watchFor } from './patience.ts'
import { creation, hour, outlookShows, type Stage } from './stage.ts'
import { say } from './troubled-stage.ts'

/** What one change passes through, in this order. */
export const FROM_OUTLOOK = [
  ...['POST /graph/notifications', 'send mailbox', 'visit', 'pull', 'GET /me/calendars/{id}/calendarView/delta'],
  ...['commit accounts', 'send channel', 'channel delivery', 'POST receiver'],
]
/** What tells the receiver may be the trace of Graph's own notification of the write, which is about the same event. */
const FROM_FLOWAGENT = [
  ...['POST /v1/calendars/{calendar_id}/events', 'commit accounts', 'send mailbox', 'visit', 'push'],
  ...['POST /me/calendars/{id}/events', 'commit accounts', 'send channel'],
]

/** The trace in which all of these hops are, in this order. */
export function traceWith(
  hops: readonly string[],
  spans: readonly ReceivedSpan[],
): readonly ReceivedSpan[] | undefined {
  return [...groupsOf(spans).values()].find((trace) => {
    const names = placed(trace).map(({ span }) => span.name)
    let from = 0
    return hops.every((hop) => {
      const at = names.indexOf(hop, from)
      from = at + 1
      return at >= 0
    })
  })
}

/**
 * `npm run demo -- --trace`: one change in Outlook and one in FlowAgent, each with its trace over all hops, as the
 * Functions host sends it to a collector.
 * @returns whether every hop of each change was in one trace.
 */
export async function runTrace(offset: number, person: string): Promise<boolean> {
  const receiver = await startOtlpReceiver()
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  const system = await startSystem({ offset, log: () => {}, write: () => {}, settings })
  try {
    await tell(system, receiver, person)
    return true
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : error}`)
    return false
  } finally {
    await system.close()
    await receiver.close()
  }
}

async function tell(system: System, receiver: OtlpReceiver, person: string): Promise<void> {
  const { flowagent: page, microsoft365 } = system.addresses
  const flowagent = openFlowAgent(page, systemClock)
  const outlook = openOutlook(microsoft365, person)
  const stage = { clock: systemClock, began: systemClock.now(), flowagent, outlook } as Stage
  await flowagent.connect(person)
  await flowagent.waitFor('the first events', (events) => events.length > 0)
  const times = (from: string, to: string) => ({ start: hour(stage, from), end: hour(stage, to) })
  const integrator = await connectPerson(system.addresses.sync, person)
  await integrator.send('POST', '/v1/channels', { callback_url: `${receiver.url}/notified` })
  const theirs = times('09:00', '09:30')
  const before = receiver.spans.length
  await outlook.create({ subject: 'Made in Outlook', start: theirs.start.graph, end: theirs.end.graph })
  await show('A change in Outlook', FROM_OUTLOOK, receiver, before)
  const ours = times('11:00', '11:30')
  const { id } = await flowagent.calendar()
  const fields = { title: 'Made in FlowAgent', start: ours.start.moment, end: ours.end.moment }
  const then = receiver.spans.length
  await flowagent.save(creation(id, `trace-${randomId(systemRandom)}`, fields))
  await outlookShows(stage, outlook, 'Made in FlowAgent', ({ length }) => length === 1)
  await show('A change in FlowAgent', FROM_FLOWAGENT, receiver, then)
}

/** @throws Error when the hops are not all in one trace within twenty seconds. */
async function show(title: string, hops: readonly string[], receiver: OtlpReceiver, from: number): Promise<void> {
  const trace = await watchFor(
    systemClock,
    `${title.toLowerCase()} with all of ${hops.join(' > ')} in one trace`,
    async () => traceWith(hops, receiver.spans.slice(from)),
  )
  say(`\n${title}: ${hops.length} hops in trace ${trace[0]?.trace}`)
  say(`${'at'.padStart(8)}${'took'.padStart(8)}  (in milliseconds)`)
  for (const line of traceTree(trace)) say(line)
}

function groupsOf(spans: readonly ReceivedSpan[]): Map<string, ReceivedSpan[]> {
  const groups = new Map<string, ReceivedSpan[]>()
  for (const span of spans) groups.set(span.trace, [...(groups.get(span.trace) ?? []), span])
  return groups
}
