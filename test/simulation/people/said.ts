import type { Instance } from '../../../infra/local/microsoft365/mailbox/event.ts'
import { EVENT_CANARY } from './canary.ts'

/** The fields that are followed, in words that say the same on both sides. */
export interface Said {
  readonly summary?: string
  readonly description?: string
  readonly location?: string
  readonly times?: string
}
export type FieldName = keyof Said
export const FIELD_NAMES: readonly FieldName[] = ['summary', 'description', 'location', 'times']

/** What an event says. Of a body the part that is somebody's: Exchange dresses it in HTML. */
export function saidOf({ fields, span }: Pick<Instance, 'fields' | 'span'>): Required<Said> {
  const { subject, body, location } = fields as {
    subject?: string | null
    body?: { content?: string } | null
    location?: { displayName?: string } | null
  }
  const [start, end] = span.isAllDay
    ? [span.start.slice(0, 10), span.end.slice(0, 10)]
    : [timeText(span.startAt), timeText(span.endAt)]
  return {
    summary: subject ?? '',
    description: textIn(body?.content ?? ''),
    location: location?.displayName ?? '',
    times: `${start} - ${end}`,
  }
}

/** How an event repeats: every event of a simulated world does so by days. */
export const ruleText = (rule: { frequency: string; interval: number; count?: number }): string =>
  `${rule.frequency}, every ${rule.interval}, ${rule.count || 'any number of'} times`

export const timeText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

const TEXT = new RegExp(`${EVENT_CANARY} [\\w.]+`)

/** The words of a simulated person or integrator in a longer text; empty when there are none. */
export const textIn = (text: string): string => TEXT.exec(text)?.[0] ?? ''
