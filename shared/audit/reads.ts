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

/**
 * Notes readings: once for each account, integrator and UTC hour.
 * @param note stores one; its second argument is the hour, in hours since the epoch.
 */
export function createReadings(clock: Clock, note: (reading: Reading, hour: number) => Promise<void>) {
  let hour = Number.NaN
  let noted = new Map<string, Promise<void>>()

  return (reading: Reading): Promise<void> => {
    const now = Math.floor(clock.now() / hours(1))
    if (now !== hour || noted.size >= MOST_NOTED) {
      hour = now
      noted = new Map()
    }
    const key = `${reading.account} ${reading.integrator}`
    const known = noted.get(key)
    if (known !== undefined) return known
    const inHour = noted
    const written = note(reading, now).catch((error: unknown) => {
      inHour.delete(key)
      throw error
    })
    inHour.set(key, written)
    return written
  }
}
