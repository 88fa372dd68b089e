import { asSyncError } from '../core/errors.ts'
import { failureFacts, type Log } from '../core/log.ts'
import type { Exported } from './open-telemetry.ts'

/** What is told while the libraries are being loaded; more is dropped. */
const MOST_WAITING = 1_000

type Told = (exported: Exported) => void

/**
 * Loads what exports when there is something to export, and keeps what is told meanwhile. A library that cannot be loaded
 * costs the telemetry and nothing else.
 */
export function lazyExport(load: () => Promise<Exported>, log: Log): Exported {
  let exported: Exported | undefined
  let waiting: Told[] | undefined
  let loading: Promise<void> | undefined

  function begin(): Told[] {
    const told: Told[] = []
    loading = load().then(
      (loaded) => {
        exported = loaded
        for (const tell of told.splice(0)) tell(loaded)
      },
      (error: unknown) => log('error', 'telemetry-unavailable', failureFacts(asSyncError(error))),
    )
    return told
  }

  function tell(one: Told): void {
    if (exported === undefined) {
      waiting ??= begin()
      if (waiting.length < MOST_WAITING) waiting.push(one)
    } else one(exported)
  }

  return {
    span: (finished) => tell(({ span }) => span(finished)),
    meters: {
      count: (...counted) => tell(({ meters }) => meters.count(...counted)),
      record: (...recorded) => tell(({ meters }) => meters.record(...recorded)),
      gauge: (...gauged) => tell(({ meters }) => meters.gauge(...gauged)),
    },
    async flush() {
      await loading
      await exported?.flush()
    },
  }
}
