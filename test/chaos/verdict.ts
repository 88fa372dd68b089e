import { runAuditCommand } from '../../infra/audit.ts'
import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { createService } from '../../shared/service.ts'
import type { Life } from './gauge.ts'
import { HANDS } from './hands.ts'
import { LONG_RUN, PROCESSES, SECURED } from './plan.ts'
import type { ChaosResult } from './run.ts'
import type { ChaosSystem } from './system.ts'

/** What `npm run audit -- verify` has to say against the audit trail. */
export async function auditProblems({ direct }: ChaosSystem): Promise<readonly string[]> {
  const ports = createPorts(configOrThrow(readConfig(direct.settings)))
  const service = await createService({ ...ports, log: () => undefined })
  const { text, code } = await runAuditCommand(async () => service.audit, ['verify'])
  return code === 0 ? [] : text.trimEnd().split('\n')
}

/**
 * Error lines that troubles bring about: a request was answered with 503 because a neighbour could not be reached, or
 * because nobody could tell whether a row was written.
 */
const EXPECTED =
  /^request-failed (OUTCOME_UNKNOWN|(STORAGE|VAULT|QUEUE)_UNAVAILABLE|MICROSOFT_(UNREACHABLE|THROTTLED))$/

/** Lives of the host that are judged, in seconds after they were warm: a burst of broken connections lasts half of that. */
const LONG_ENOUGH = 120
/**
 * What a healthy host does not gain in a minute: live memory in megabytes, and handles. A life of hours shows what one of
 * minutes cannot.
 */
const SHORT = { megabytes: 1, handles: 1 }
const LONG = { megabytes: 1 / 60, handles: 1 / 60 }
const LONG_LIFE = 3_600
/** One for each queue that is sent to, and one that all are received from. */
const BROKER_CONNECTIONS = 3

/** Everything that is not as it has to be, one line each. */
export function problemsOf(result: ChaosResult): readonly string[] {
  const { settled, restless, deadLetters, audit, errors, failures, left } = result
  const lives = result.lives.filter(({ seconds }) => seconds >= LONG_ENOUGH)
  return [
    ...settled.faults.slice(0, 20),
    ...restless,
    ...audit,
    ...failures,
    ...(deadLetters > 0 ? [`${deadLetters} messages were given up`] : []),
    ...[...errors]
      .filter(([name]) => !EXPECTED.test(name))
      .map(([name, count]) => `${count} times in the log: ${name}`),
    ...(left > BROKER_CONNECTIONS ? [`${left} connections to the broker were left open`] : []),
    ...(lives.length === 0 ? ['no host has lived long enough to say whether it grows'] : []),
    ...lives.flatMap(growthProblems),
    ...(result.durationMs >= LONG_RUN ? idleness(result) : []),
  ]
}

/** What did not happen in a run that was long enough: what nothing was done to has survived nothing. */
function idleness({ edits, processes, links }: ChaosResult): readonly string[] {
  const never = SECURED.flatMap((name) => [
    ...((links[name]?.garbled ?? 0) === 0 ? [`no piece was garbled on the way to ${name}`] : []),
    ...((links[name]?.cut ?? 0) === 0 ? [`no connection to ${name} was cut`] : []),
  ])
  return [
    ...PROCESSES.filter((name) => !processes.has(`${name} killed`)).map((name) => `${name}: never killed`),
    ...HANDS.filter((name) => !edits.has(name)).map((name) => `${name}: no edit was accepted`),
    ...never,
  ]
}

/** What a life of the host has gained that is not garbage. */
export function growthProblems({ pid, seconds, live, handles }: Life): readonly string[] {
  const limit = seconds < LONG_LIFE ? SHORT : LONG
  const problems: string[] = []
  if (live.atLeast > limit.megabytes)
    problems.push(`host ${pid} grew from ${live.first.toFixed(0)} to ${live.last.toFixed(0)} MB of live memory`)
  if (handles.atLeast > limit.handles)
    problems.push(`host ${pid} opened ${handles.perMinute.toFixed(1)} handles a minute that it did not close`)
  return problems
}
