import type { EpochMs } from '../core/time.ts'
import type { Window } from '../events/window.ts'
import type { WorkingHours } from '../events/working-hours.ts'
import type { ItemKey } from './knowledge.ts'

/** Who an account is and how it does. */
export interface AccountHead {
  readonly tenantId: string
  readonly objectId: string
  readonly username: string
  readonly name: string
  /** The mailbox's IANA zone. */
  readonly zone?: string | undefined
  /** As the mailbox's settings say; absent when they say nothing that can be understood. */
  readonly workingHours?: WorkingHours | undefined
  readonly state: 'active' | 'needs-reconnect' | 'disconnected'
  readonly connectedAt: EpochMs
  /** When the person last signed in. */
  readonly signedInAt: EpochMs
  /** When the change log last got an entry: whoever has changed something then. */
  readonly lastChangeAt?: EpochMs | undefined
  /** When the list of calendars was last read. */
  readonly calendarsReadAt?: EpochMs | undefined
  /** Number of the next entry of the change log. */
  readonly nextChange: number
  /** A commit in several parts was begun and not ended: events from this entry on may not be written yet. */
  readonly unwrittenFrom?: number | undefined
  /** All actions up to this number have their outcome; they count from 1. */
  readonly settledActions: number
  /** How many actions have been rejected; perhaps one was counted twice. */
  readonly rejectedActions: number
  /** When the schedule will wake the account next; perhaps there are further plans. */
  readonly nextVisitAt?: EpochMs | undefined
  /** What the plan says of the account's standing. */
  readonly standing?: string | undefined
  /** Nothing is kept of the months before this one (`2026-11`). */
  readonly keptFrom?: string | undefined
  /** When the requests that are kept to be repeated were last looked through. */
  readonly requestsForgottenAt?: EpochMs | undefined
  /** Since when nobody can read the account, or nobody may; absent while it is active. */
  readonly inactiveSince?: EpochMs | undefined
  /** The restore of the tables after which everything was read again. */
  readonly restoredAt?: EpochMs | undefined
  /** Number of the oldest action, and of the oldest entry of the change log, that may be kept. */
  readonly actionsKeptFrom?: number | undefined
  readonly changesKeptFrom?: number | undefined
  /** Nothing older than this is left in the change log. */
  readonly changesForgottenAt?: EpochMs | undefined
  /** When all event rows were last compared with the index. */
  readonly eventsCheckedAt?: EpochMs | undefined
  /**
   * Rows of calendars were lost. Those that the next list of calendars brings back begin with this round, and with a look
   * for events that nothing leads to; until then nobody can tell which calendars there are.
   */
  readonly roundsFrom?: number | undefined
  /** How many visits in a row the mailbox has failed. */
  readonly failures: number
  /** Since when it has, and has not asked for patience; good while `failures` counts. */
  readonly failingSince?: EpochMs | undefined
  /** Microsoft asked us to leave the mailbox alone until then. */
  readonly notBefore?: EpochMs | undefined
}

/** A calendar and how far it has been read. */
export interface CalendarState {
  /** Our own opaque name of the calendar. */
  readonly key: string
  readonly providerId: string
  readonly name: string
  readonly primary: boolean
  readonly writable: boolean
  readonly color?: string | undefined
  readonly onlineMeetings: boolean
  readonly deleted: boolean
  /** Something may have changed that has not been read. */
  readonly dirty: boolean
  /** Number of the current or last round. */
  readonly round: number
  readonly window?: Window | undefined
  /** The window is around this day. */
  readonly windowMadeAt?: EpochMs | undefined
  /** Where the window ended before the round that has moved it on; only during that round. */
  readonly windowMovedFrom?: EpochMs | undefined
  /** Where the next round starts; absent until the first round is complete. */
  readonly cursor?: string | undefined
  /** The round in progress, when it was left between two pages. */
  readonly progress?: RoundProgress | undefined
  /** Its rounds of changes do not come to an end: it is read as a view, all of it each time, until the window moves on. */
  readonly endless: boolean
  /** A fresh round missed so much that a second one must confirm it before anything is deleted. */
  readonly confirming: boolean
  /** Whether it may hold events of ours that no agreement knows; absent until that was asked. */
  readonly mayHoldUnclaimed?: boolean | undefined
  /** A commit in several parts was begun and not ended: rows may be there that nothing leads to. */
  readonly torn?: boolean | undefined
  /** How many events the cache holds of it, for people to see; a crash in a large commit may leave it a little low. */
  readonly events: number
  readonly pulledAt?: EpochMs | undefined
  readonly subscription?: { readonly providerId: string; readonly expiresAt: EpochMs } | undefined
  /** Reading it failed; the other calendars go on meanwhile. */
  readonly pullAfter?: EpochMs | undefined
  /** Subscribing failed; polled, and not tried again before this time. */
  readonly subscribeAfter?: EpochMs | undefined
  /** How many times in a row subscribing was refused. */
  readonly refusals: number
  /** When Microsoft last told of a change. */
  readonly heardAt?: EpochMs | undefined
  /** Changes were found then that nobody had told, and nobody has told anything since. */
  readonly unheardSince?: EpochMs | undefined
  /** It has a subscription, and is polled since then because nothing is heard of it. */
  readonly deafSince?: EpochMs | undefined
  /** The operator's request, by its time, that it was last read again from the beginning for. */
  readonly resyncedFor?: EpochMs | undefined
}

export interface RoundProgress {
  /** Graph's next link, or the cursor that the round goes on from; empty when it is to start at its beginning. */
  readonly link: string
  readonly fresh: boolean
  /** Read as a view and not as changes. */
  readonly view: boolean
  /** How many batches told only what the round had told before. */
  readonly repeats: number
  /** Series mentioned so far, to be pruned when the round is complete. */
  readonly touched: readonly ItemKey[]
  readonly pages: number
  /** A series has changed between two pages of it. */
  readonly mixed: boolean
  /** The round before it was `broken`: its link led nowhere. Or it was a view with events `missing`. */
  readonly after?: 'broken' | 'missing' | undefined
}
