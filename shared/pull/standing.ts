import { type EpochMs, epochMs } from '../core/time.ts'
import { isNotified } from './due.ts'
import type { AccountHead, CalendarState } from './state.ts'

/** How an account does, in words and numbers that say nothing about anybody: in plain beside its plan. */
export interface AccountStanding {
  readonly state: AccountHead['state']
  /** Calendars whose changes Microsoft tells. */
  readonly notified: number
  /** Calendars without a subscription. */
  readonly polled: number
  /** Calendars with a subscription that nothing is heard of. */
  readonly deaf: number
}

export function standingOf(state: AccountHead['state'], calendars: readonly CalendarState[]): AccountStanding {
  const present = calendars.filter(({ deleted }) => !deleted)
  const notified = present.filter(isNotified).length
  const deaf = present.filter(
    ({ deafSince, subscription }) => subscription !== undefined && deafSince !== undefined,
  ).length
  return { state, notified, deaf, polled: present.length - notified - deaf }
}

/** As the head remembers what stands beside its plan. */
export const standingText = ({ state, notified, polled, deaf }: AccountStanding): string =>
  `${state} ${notified} ${polled} ${deaf}`

/** A standing, and when it was noted: of two plans of an account the later one is right. */
export interface NotedStanding extends AccountStanding {
  readonly notedAt: EpochMs
}

/** Noted beside a plan of an account that may never be stored: what it would leave behind. */
export interface ExpectedAccount {
  /** Opaque: the one that has it on its list. */
  readonly organisation: string
  /** It was not there when it was looked for before. */
  readonly isLast?: boolean
}

/** An account that has just connected, as long as no visit has noted more; one that connects again is what it was. */
export const NEW_ACCOUNT: NotedStanding = { ...standingOf('active', []), notedAt: epochMs(0) }
