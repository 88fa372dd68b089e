import type { Instance, Window } from '../../../infra/local/microsoft365/mailbox/event.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { type EpochMs, toIsoSeconds } from '../../../shared/core/time.ts'

/** An event in one line: what somebody who looks at a calendar sees of it. */
export interface Shown {
  readonly startAt: number
  readonly endAt: number
  readonly isAllDay: boolean
  readonly subject: string
  readonly place: string
}

export const isIn = ({ startAt, endAt }: Pick<Shown, 'startAt' | 'endAt'>, span: Window): boolean =>
  endAt > span.from && startAt < span.to

export function lineOf({ startAt, endAt, isAllDay, subject, place }: Shown): string {
  const time = (at: number) => toIsoSeconds(at as EpochMs).slice(0, isAllDay ? 10 : undefined)
  return `${time(startAt)} ${time(endAt)} ${subject} @${place}`
}

/** Every event of the mailbox that takes place in the span. */
export const linesOfMailbox = (mailbox: Mailbox, span: Window): string[] =>
  mailbox.view(span).map((instance) => lineOf(shownOf(instance)))

function shownOf({ fields, span }: Instance): Shown {
  const { displayName = '' } = (fields['location'] ?? {}) as { displayName?: string }
  return { ...span, subject: String(fields['subject'] ?? ''), place: displayName }
}

/** How often each line is in one list and not in the other. */
export function differences(
  expected: readonly string[],
  found: readonly string[],
): { missing: number; surplus: number } {
  const counts = new Map<string, number>()
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) + 1)
  for (const line of found) counts.set(line, (counts.get(line) ?? 0) - 1)
  const left = [...counts.values()]
  return {
    missing: left.reduce((sum, count) => sum + Math.max(0, count), 0),
    surplus: left.reduce((sum, count) => sum + Math.max(0, -count), 0),
  }
}
