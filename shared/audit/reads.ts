import { type Clock, hours } from '../core/time.ts'

/** Enough for an hour of any instance; the map begins anew before it grows further. */
const MOST_NOTED = 100_000

/** Something an integrator has read of an account. */
export interface Reading {
  readonly account: string
  /** Client id. */
  readonly integrator: string
  /** What it read first in this hour: `account`, `events`, `free_busy`, `availability` or `actions`. */
  readonly first: string
}

/** A person's own data on its way to them. */
export interface Exported {
  readonly account: string
  readonly organisation: string
  /** Of the file: `json` or `ics`. */
  readonly format: string
}

/**
 * Notes readings: once for each account, integrator and UTC hour.
 * @param note stores one; its second argument is the hour, in hours since the epoch.
 */
export const createReadings = (clock: Clock, note: (reading: Reading, hour: number) => Promise<void>) =>
  oncePerHour(clock, ({ account, integrator }: Reading) => `${account} ${integrator}`, note)

/** Notes exports: once for each account, format and UTC hour, so that a page that is asked for again floods no trail. */
export const createExports = (clock: Clock, note: (exported: Exported) => Promise<void>) =>
  oncePerHour(clock, ({ account, format }: Exported) => `${account} ${format}`, note)

/** Notes that an operator looks: once for each account of theirs and UTC hour. */
export const createLooks = (clock: Clock, note: (account: string) => Promise<void>) =>
  oncePerHour(clock, (account: string) => account, note)

function oncePerHour<Noted>(
  clock: Clock,
  keyOf: (noted: Noted) => string,
  note: (noted: Noted, hour: number) => Promise<void>,
): (noted: Noted) => Promise<void> {
  let hour = Number.NaN
  let known = new Map<string, Promise<void>>()

  return (noted) => {
    const now = Math.floor(clock.now() / hours(1))
    if (now !== hour || known.size >= MOST_NOTED) {
      hour = now
      known = new Map()
    }
    const key = keyOf(noted)
    const before = known.get(key)
    if (before !== undefined) return before
    const inHour = known
    const written = note(noted, now).catch((error: unknown) => {
      inHour.delete(key)
      throw error
    })
    inHour.set(key, written)
    return written
  }
}
