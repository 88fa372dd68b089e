import type { ConfigResult } from '../config.ts'
import { asSyncError } from '../core/errors.ts'
import { type Clock, type DurationMs, type EpochMs, elapsed, seconds } from '../core/time.ts'
import { type ApiResponse, json } from './response.ts'

/** One thing the service depends on, and how to find out whether it answers. */
export interface Dependency {
  readonly name: string
  check(): Promise<void>
}

type Verdict = { readonly status: 'ok' | 'failing'; readonly code?: string; readonly durationMs: number }

type Verdicts = readonly (readonly [name: string, Verdict])[]

const PATIENCE: DurationMs = seconds(5)
/** How long an answer is given again. Anybody may ask, as often as they like, and must not set our neighbours to work. */
const KEPT_FOR: DurationMs = seconds(10)

/**
 * `GET /health`: the settings by name and every dependency, without a secret. 200 when all is well, 503 otherwise, so
 * that a probe needs to read no body. However many ask, an instance looks once in ten seconds.
 */
export function createHealth(
  settings: () => ConfigResult,
  dependencies: () => readonly Dependency[],
  clock: Clock,
): () => Promise<ApiResponse> {
  let last: { readonly at: EpochMs; readonly verdicts: Promise<Verdicts> } | undefined
  const isFresh = (at: EpochMs, now: EpochMs) => at <= now && elapsed(at, now) < KEPT_FOR

  return async () => {
    const found = settings()
    if ('problems' in found) return json(503, { status: 'failing', settings: found.problems, dependencies: {} })
    const now = clock.now()
    if (last === undefined || !isFresh(last.at, now)) last = { at: now, verdicts: look(dependencies(), clock) }
    return answerOf(await last.verdicts, found.config.ENVIRONMENT)
  }
}

const look = (dependencies: readonly Dependency[], clock: Clock): Promise<Verdicts> =>
  Promise.all(dependencies.map(async ({ name, check }) => [name, await judge(check, clock)] as const))

function answerOf(verdicts: Verdicts, environment: string): ApiResponse {
  const healthy = verdicts.every(([, { status }]) => status === 'ok')
  return json(healthy ? 200 : 503, {
    status: healthy ? 'ok' : 'failing',
    settings: 'ok',
    environment,
    dependencies: Object.fromEntries(verdicts),
  })
}

async function judge(check: () => Promise<void>, clock: Clock): Promise<Verdict> {
  const started = clock.now()
  const silence = clock.sleep(PATIENCE).then(() => 'SILENT')
  const answer = check().then(
    () => undefined,
    (error: unknown) => asSyncError(error).code as string,
  )
  const code = await Promise.race([answer, silence])
  const durationMs = elapsed(started, clock.now())
  return code === undefined ? { status: 'ok', durationMs } : { status: 'failing', code, durationMs }
}
