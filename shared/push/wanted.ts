import type { EventTime, Location, Person, Sensitivity, Transparency } from '../events/event.ts'
import type { Recurrence } from '../events/recurrence.ts'

/** Plain text, or HTML that Exchange cleans before it keeps it. */
export interface Description {
  readonly format: 'text' | 'html'
  readonly content: string
}

/** People to invite and people to take off the list; everybody else stays. */
export interface AttendeeDelta {
  readonly invite: readonly Person[]
  /** E-mail addresses, compared without regard to case. */
  readonly remove: readonly string[]
}

/** Start and end are one field of the merge: half of a move makes no sense. */
export interface Times {
  readonly start: EventTime
  readonly end: EventTime
}

/** The categories every mailbox begins with; a colour that an integrator asks for is one of them. */
export const COLOR_CATEGORIES = [
  'Blue category',
  'Green category',
  'Orange category',
  'Purple category',
  'Red category',
  'Yellow category',
] as const
export type ColorCategory = (typeof COLOR_CATEGORIES)[number]

/** What an integrator asks an event to say. A field that is absent stays as it is; null takes it away. */
export interface Wanted {
  readonly summary?: string | undefined
  readonly description?: Description | undefined
  readonly times?: Times | undefined
  readonly location?: Location | null | undefined
  readonly attendees?: AttendeeDelta | undefined
  /** Minutes before the start. */
  readonly reminderMinutes?: number | null | undefined
  /** The reminder is for a new event only: it changes nothing of one that is there. */
  readonly reminderOnCreateOnly?: boolean | undefined
  readonly transparency?: Exclude<Transparency, 'unknown'> | undefined
  readonly sensitivity?: Sensitivity | undefined
  readonly url?: string | null | undefined
  readonly color?: ColorCategory | null | undefined
  readonly conferencing?: 'teams' | 'none' | undefined
  /** Null makes a series a single event. */
  readonly recurrence?: Recurrence | null | undefined
}

/** What an event says of what nobody asked for when it was created, as far as the provider does not choose that itself. */
export const BLANK: Wanted = {
  description: { format: 'text', content: '' },
  location: null,
  color: null,
  recurrence: null,
}
