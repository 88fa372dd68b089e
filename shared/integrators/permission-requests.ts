import { SyncError } from '../core/errors.ts'
import { type Random, randomToken } from '../core/random.ts'
import { type Clock, type DurationMs, type EpochMs, hours, later } from '../core/time.ts'
import type { OneTimeStore } from './ports.ts'

export const PERMISSION_REQUEST_LIFETIME: DurationMs = hours(1)

/** Calendars of one account, by our keys of them, in which an integrator asks to change events it did not create. */
export interface CalendarPermission {
  readonly account: string
  readonly calendars: readonly string[]
}

/** An integrator's question to a person, waiting behind a link of ours. */
export interface PermissionRequest extends CalendarPermission {
  readonly id: string
  readonly clientId: string
  readonly redirectUri: string
  readonly expiresAt: EpochMs
}

export interface PermissionRequests {
  /** @returns what the link carries: it tells nothing, and is good for an hour. */
  ask(asked: Omit<PermissionRequest, 'id' | 'expiresAt'>): Promise<string>
  /** @throws SyncError `PERMISSION_LINK_OVER` when no question waits behind the link any more. */
  find(id: string): Promise<PermissionRequest>
}

interface Dependencies {
  readonly store: OneTimeStore<PermissionRequest>
  readonly clock: Clock
  readonly random: Random
}

export const createPermissionRequests = ({ store, clock, random }: Dependencies): PermissionRequests => ({
  async ask(asked) {
    const id = randomToken(random)
    await store.insert({ ...asked, id, expiresAt: later(clock.now(), PERMISSION_REQUEST_LIFETIME) })
    return id
  },
  async find(id) {
    const found = /^[\w-]{43}$/.test(id) ? await store.find(id) : undefined
    if (found !== undefined && clock.now() < found.value.expiresAt) return found.value
    throw new SyncError('PERMISSION_LINK_OVER', 'no request for a permission has this link')
  },
})
