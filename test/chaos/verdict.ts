import { runAuditCommand } from '../../infra/audit.ts'
import { createPorts } from '../../shared/app.ts'
import { configOrThrow, readConfig } from '../../shared/config.ts'
import { createService } from '../../shared/service.ts'
import type { Life } from './gauge.ts'
import type { ChaosResult } from './run.ts'
import type { ChaosSystem } from './system.ts'

/** What `npm run audit -- verify` has to say against the audit trail. */
export async function auditProblems({ direct }: ChaosSystem): Promise<readonly string[]> {
  const ports = createPorts(configOrThrow(readConfig(direct.settings)))
  const service = await createService({ ...ports, log: () => undefined })
  const { text, code } = await runAuditCommand(service.audit, ['verify'])
  return code === 0 ? [] : text.trimEnd().split('\n')
}

/**
 * Error lines that troubles bring about: a request was answered with 503 because a neighbour could not be reached, or
 * because nobody could tell whether a row was written; and a calendar waits for its next poll because Graph could not be
 * reached for it twice in a row, and could for the list of calendars in between.
 */
const EXPECTED =
  /^(request-failed (OUTCOME_UNKNOWN|(STORAGE|VAULT|QUEUE|MICROSOFT)_[A-Z_]+)|calendar-set-aside MICROSOFT_UNREACHABLE)$/

/** Lives of the host that are judged, in seconds; a shorter one has not yet reached its level. */
const LONG_ENOUGH = 150
/** So much memory, in megabytes, and at such a pace, a healthy host does not gain in a life that is judged. */
const MEGABYTES = 80
const MEGABYTES_PER_MINUTE = 12
const HANDLES_PER_MINUTE = 4

/** Everything that is not as it has to be, one line each. */
export function problemsOf(result: ChaosResult): readonly string[] {
  const { settled, restless, deadLetters, audit, errors, failures, lives } = result
  return [
    ...settled.faults.slice(0, 20),
    ...restless,
    ...audit,
    ...failures,
    ...(deadLetters > 0 ? [`${deadLetters} messages were given up`] : []),
    ...[...errors]
      .filter(([name]) => !EXPECTED.test(name))
      .map(([name, count]) => `${count} times in the log: ${name}`),
    ...lives.filter(({ seconds }) => seconds >= LONG_ENOUGH).flatMap(growthOf),
  ]
}

function growthOf({ pid, megabytes: [first, last], megabytesPerMinute, handlesPerMinute }: Life): readonly string[] {
  const problems: string[] = []
  if (megabytesPerMinute > MEGABYTES_PER_MINUTE && last - first > MEGABYTES)
    problems.push(`host ${pid} grew from ${first.toFixed(0)} to ${last.toFixed(0)} MB`)
  if (handlesPerMinute > HANDLES_PER_MINUTE)
    problems.push(`host ${pid} opened ${handlesPerMinute.toFixed(1)} handles a minute that it did not close`)
  return problems
}
