import { Cron } from 'croner'
import { SILENT, type Telemetry } from '../../../shared/core/telemetry.ts'
import { type DurationMs, type EpochMs, epochMs, later, seconds } from '../../../shared/core/time.ts'
import { manualClock } from '../../support/graph-stand-in.ts'
import { type ServiceFixture, startService } from '../../support/service.ts'
import { ASSUMED_DELAYS } from '../assumed-delays.ts'
import { type Counts, createMeter, type Meter, minus, sumOf } from './counts.ts'
import { meteredTables } from './metered-tables.ts'
import { TIMERS } from './timers.ts'

/** The product in this process with its timers, every request counted. */
export interface Deployment {
  readonly fixture: ServiceFixture
  readonly meter: Meter
  /** Counts `work` as one execution of a function, which takes as long as what it waits for. */
  execution<Result>(kind: 'http' | 'timer', work: () => Promise<Result>): Promise<Result>
  /** Lets time go by, with timers and queues at work. @param each called after every step */
  pass(total: DurationMs, each?: () => Promise<void>): Promise<void>
}

/** Two hours before the first midnight, so that what was begun at connecting is over by then. */
const BEGIN = epochMs(Date.parse('2026-11-01T22:00:00Z'))

/** The shortest interval of a timer. */
const STEP = seconds(30)

/** Functions by the names of their spans. */
const EXECUTIONS: Readonly<Record<string, string>> = {
  'POST /graph/notifications': 'http',
  visit: 'mailbox',
  'channel delivery': 'channel',
}

export async function startDeployment(begin: EpochMs = BEGIN): Promise<Deployment> {
  const meter = createMeter()
  const clock = manualClock(begin)

  async function execution<Result>(kind: string, work: () => Promise<Result>): Promise<Result> {
    const before = meter.now()
    try {
      return await work()
    } finally {
      meter.add('executions', kind)
      meter.add('busyMs', kind, waitedFor(minus(meter.now(), before)))
    }
  }

  const telemetry: Telemetry = {
    ...SILENT,
    span(name, options, work) {
      const kind = EXECUTIONS[name]
      if (kind === undefined) return SILENT.span(name, options, work)
      if (kind !== 'http') meter.add('queue', 'sessions')
      return execution(kind, () => SILENT.span(name, options, work))
    },
  }
  const counted = <Message>(waker: { wake(messages: readonly Message[], wait?: DurationMs): Promise<void> }) => ({
    wake(messages: readonly Message[], wait?: DurationMs) {
      meter.add('queue', 'messages', messages.length)
      const planned = messages.filter((message) => (message as { reason?: string }).reason === 'due')
      meter.add('queue', 'planned', planned.length)
      return waker.wake(messages, wait)
    },
  })
  const fixture = await startService({
    clock,
    settings: PRODUCTION_LIMITS,
    telemetry: () => telemetry,
    throughTables: (tables) => meteredTables(tables, meter),
    throughWaker: counted,
    throughChannelWaker: counted,
  })
  const due = TIMERS.map((timer) => {
    const cron = new Cron(timer.schedule, { timezone: 'UTC' })
    return { ...timer, cron, next: cron.nextRun(new Date(clock.now())) }
  })

  async function runTimers(): Promise<void> {
    for (const timer of due) {
      if (timer.next === null || timer.next.getTime() > clock.now()) continue
      timer.next = timer.cron.nextRun(new Date(clock.now()))
      await execution('timer', () => timer.run(fixture.service))
    }
  }

  return {
    fixture,
    meter,
    execution,
    async pass(total, each = async () => undefined) {
      const end = later(clock.now(), total)
      while (clock.now() < end) {
        await clock.advance(STEP)
        await runTimers()
        await each()
        await fixture.settle()
        noteRest(fixture, meter)
      }
    },
  }
}

/** Counters are shared by all instances, and asked for often where limits are as narrow as they are in production. */
const PRODUCTION_LIMITS = { RATE_PER_SECOND: '50', RATE_PER_MINUTE: '500', RATE_ACCOUNT_PER_MINUTE: '300' }

const waitedFor = ({ graph, tables, queue }: Counts): number =>
  sumOf(graph) * ASSUMED_DELAYS.graph +
  sumOf(tables) * ASSUMED_DELAYS.table +
  (queue['messages'] ?? 0) * (ASSUMED_DELAYS.queue / 2)

const GRAPH_KINDS: readonly (readonly [RegExp, string])[] = [
  [/subscriptions/, 'subscriptions'],
  [/\/delta|calendarView/i, 'changes'],
  [/mailboxSettings/, 'settings'],
  [/\/calendars\/?$/, 'calendars'],
]

/** @param inBatch what came inside a batch is no request of its own. */
export function graphKind({ method, path }: { readonly method: string; readonly path: string }): string {
  const [, kind] = GRAPH_KINDS.find(([pattern]) => pattern.test(path.split('?')[0] ?? '')) ?? []
  return kind ?? (method === 'GET' ? 'events' : 'writes')
}

/** What the vault and the log have seen since the last look. */
function noteRest({ vaultRequests, logged }: ServiceFixture, meter: Meter): void {
  const { vault: asked, log } = meter.now()
  meter.add('vault', 'requests', vaultRequests() - (asked['requests'] ?? 0))
  const lines = logged.slice(log['lines'] ?? 0)
  meter.add('log', 'lines', lines.length)
  meter.add(
    'log',
    'bytes',
    lines.reduce((sum, line) => sum + line.length, 0),
  )
}
