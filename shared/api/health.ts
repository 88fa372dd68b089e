import type { ConfigResult } from '../config.ts'
import { asSyncError } from '../core/errors.ts'
import { type Clock, type DurationMs, elapsed, seconds } from '../core/time.ts'
import { type ApiResponse, json } from './response.ts'

/** One thing the service depends on, and how to find out whether it answers. */
export interface Dependency {
  readonly name: string
  check(): Promise<void>
}

type Verdict = { readonly status: 'ok' | 'failing'; readonly code?: string; readonly durationMs: number }

const PATIENCE: DurationMs = seconds(5)

/**
 * `GET /health`: the settings by name and every dependency, without a secret. 200 when all is well, 503 otherwise, so
 * that a probe needs to read no body.
 */
export async function readHealth(
  settings: ConfigResult,
  dependencies: () => readonly Dependency[],
  clock: Clock,
): Promise<ApiResponse> {
  if ('problems' in settings) return json(503, { status: 'failing', settings: settings.problems, dependencies: {} })
  const checks = dependencies().map(async ({ name, check }) => [name, await judge(check, clock)] as const)
  const verdicts = await Promise.all(checks)
  const healthy = verdicts.every(([, { status }]) => status === 'ok')
  return json(healthy ? 200 : 503, {
    status: healthy ? 'ok' : 'failing',
    settings: 'ok',
    environment: settings.config.ENVIRONMENT,
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
