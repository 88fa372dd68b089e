import { SyncError } from '../core/errors.ts'
import type { Clock } from '../core/time.ts'
import { type Window, type WindowDays, windowAround } from '../events/window.ts'
import type { Batch } from './batch.ts'
import { touchedSeries } from './mentions.ts'
import type { CalendarState, RoundProgress } from './state.ts'

/** The steps of a calendar from round to round; what they come to is committed by the pull. */

/** The calendar with the round to go on with: the one in progress, else a new one from the cursor or from scratch. */
export function startRound(
  calendar: CalendarState,
  { clock, windowDays }: { clock: Clock; windowDays: WindowDays },
): CalendarState {
  if (calendar.progress !== undefined) return calendar
  const fresh = calendar.cursor === undefined
  return {
    ...calendar,
    round: calendar.round + 1,
    // A view is read from the beginning each time, and its window moves on at night all the same.
    ...(fresh &&
      !(calendar.endless && calendar.window !== undefined) && {
        window: windowAround(clock.now(), windowDays),
        windowMadeAt: clock.now(),
      }),
    windowMovedFrom: fresh ? calendar.window?.to : undefined,
    progress: {
      link: calendar.cursor ?? '',
      fresh,
      view: fresh && calendar.endless,
      repeats: 0,
      touched: [],
      pages: 0,
      mixed: false,
    },
  }
}

/** The calendar with a fresh round that remembers why it follows on another one. */
export function startAgain(
  calendar: CalendarState,
  after: NonNullable<RoundProgress['after']>,
  dependencies: Parameters<typeof startRound>[1],
): CalendarState {
  const { progress, ...started } = startRound(withoutCursor(calendar), dependencies)
  return { ...started, progress: progress && { ...progress, after } }
}

/** The calendar as if it had never been read: its next round is a fresh one. */
export const withoutCursor = (calendar: CalendarState): CalendarState => ({
  ...calendar,
  cursor: undefined,
  progress: undefined,
})

/** How far a round is when this batch of it has been committed. */
export function progressAfter(
  { progress }: CalendarState,
  batch: Batch,
  keyOf: (providerId: string) => string,
): RoundProgress {
  const { fresh = true, view = false, repeats = 0, touched = [], pages = 0, mixed = false, after } = progress ?? {}
  const here = fresh ? [] : touchedSeries(batch.items, keyOf)
  return {
    fresh,
    view,
    repeats,
    link: batch.nextLink ?? '',
    touched: [...new Set([...touched, ...here])],
    pages: pages + batch.pages,
    mixed,
    after,
  }
}

/**
 * The number of the last round that has asked for anything. A fresh one that is yet to begin tells again of what is learned
 * before, or it is gone.
 */
export const begunRound = ({ round, progress }: CalendarState): number => (progress?.link === '' ? round - 1 : round)

/** Counts a batch with nothing but repeats. */
export const repeated = ({ progress, ...calendar }: CalendarState): CalendarState => ({
  ...calendar,
  progress: progress && { ...progress, repeats: progress.repeats + 1 },
})

/** Notes that a series has changed between two pages of the round. */
export const mixed = ({ progress, ...calendar }: CalendarState): CalendarState => ({
  ...calendar,
  progress: progress && { ...progress, mixed: true },
})

/** @throws SyncError `INTERNAL` when no round was started. */
export function windowOf({ window }: Pick<CalendarState, 'window'>): Window {
  if (window === undefined) throw new SyncError('INTERNAL', 'a round has no window')
  return window
}

/** Whether a calendar is to be left alone for a while. */
export const isSetAside = ({ pullAfter }: CalendarState, clock: Clock): boolean => (pullAfter ?? 0) > clock.now()
