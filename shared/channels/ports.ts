import type { EpochMs } from '../core/time.ts'
import type { Integrator } from '../integrators/integrator.ts'
import type { AccountHead, CalendarState } from '../pull/state.ts'
import type { Action } from '../push/action.ts'
import type { Channel, StoredChannel } from './channel.ts'

/** What of an account decides what its channels are told. */
export interface ChannelAccount {
  readonly head: AccountHead
  readonly calendars: readonly CalendarState[]
  readonly channels: readonly StoredChannel[]
}

/** An event in the change log: its key, the month it is under, and the integrator whose doing it was. */
export type LoggedEvent = readonly [key: string, month: string, by?: string | undefined]

/** One entry of the change log. */
export interface LoggedChange {
  readonly number: number
  readonly at: EpochMs
  readonly calendar: string
  readonly changed: readonly LoggedEvent[]
  /** The keys of those that are new only because the window has moved on. */
  readonly entered: readonly string[]
  /** Those that were in another calendar before. */
  readonly left: readonly (readonly [key: string, calendar: string])[]
}

/** An entry whose row does not open: anything may have changed, at any time. */
export interface UnreadableChange {
  readonly number: number
}

/** The rows that channels live from. Every method may fail with `STORAGE_UNAVAILABLE` and `VAULT_UNAVAILABLE`. */
export interface ChannelStore {
  /**
   * The account with one of its channels, or, when none is named, all of them; undefined when there is no such account.
   * One request.
   */
  account(account: string, channel?: string): Promise<ChannelAccount | undefined>
  /** @throws SyncError `ROW_EXISTS`. */
  insert(account: string, channel: Channel): Promise<void>
  /** @returns the new etag. @throws SyncError `ROW_CHANGED` when it was changed or deleted meanwhile. */
  replace(account: string, channel: Channel, etag: string): Promise<string>
  /** One that is not there is as good as deleted. */
  delete(account: string, id: string): Promise<void>
  /** The change log from one number up to another, without that one; newest first. */
  changes(account: string, from: number, to: number): AsyncIterable<LoggedChange | UnreadableChange>
  /** Whether any of these events is one that the integrator manages. */
  managesAny(account: string, integrator: string, events: readonly LoggedEvent[]): Promise<boolean>
  /** The actions after this number that were rejected. */
  rejectedAfter(account: string, number: number): Promise<readonly Action[]>
}

/** Who a channel belongs to. */
export interface ChannelOwners {
  find(clientId: string): Promise<Integrator | undefined>
  /** Whether the person lets the integrator know, at this moment, what the channel tells. */
  isGranted(account: string, channel: Pick<Channel, 'integrator' | 'filters'>): Promise<boolean>
}

/** What came of a delivery. */
export type Delivery =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: DeliveryTrouble }

export type DeliveryTrouble = 'address_refused' | 'name_not_found' | 'timed_out' | 'certificate_refused' | 'unreachable'

/** Sends one POST to an integrator's address and reads no more than its status. Never throws, never follows a redirect. */
export type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Delivery>
