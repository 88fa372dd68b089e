import type { ChangeRequest, Repeat } from './change-request.ts'

/** What FlowAgent's server tells the page. What the page asks for is in `change-request.ts`. */

export interface Person {
  name: string
  email: string
}

/** How far the first copy of a newly connected mailbox has come. */
export interface FirstPull {
  calendarsDone: number
  calendars: number
}

/** The connection of this browser's person, as Account Settings shows it. Times are ISO 8601 instants. */
export type ConnectionStatus =
  | { state: 'not_connected' }
  /** There is a connection, and the API has not answered about it yet. */
  | { state: 'checking' }
  | {
      state: 'connected'
      person: Person
      connectedAt: string
      timeZone: string
      calendars: number
      events?: number | undefined
      lastChangeAt?: string | undefined
      firstPull?: FirstPull | undefined
    }
  | { state: 'reconnect_needed'; person: Person; connectedAt: string }

/** `time` is an ISO 8601 instant, or a date for an all-day event, whose end is the day after its last day. */
export interface ItemTime {
  time: string
  /** The IANA zone the event was planned in. */
  zone?: string | undefined
}

export type Answer = 'needs_action' | 'accepted' | 'declined' | 'tentative' | 'unknown'

export interface Guest extends Person {
  answer: Answer
}

/** One event as the Calendar Widget draws it. */
export interface CalendarItem {
  /** Unique among all events of the connection. */
  id: string
  calendarId: string
  /** The API's id; absent while an event of ours is not created in Outlook yet. */
  uid?: string | undefined
  /** FlowAgent's own id, when it made the event; for an event of a series that of the series. */
  ownId?: string | undefined
  /** One of several events that FlowAgent made as a series. */
  isOwnSeries: boolean
  /** What the API calls this state of the event. */
  version?: string | undefined
  /** It shows a change of ours that Outlook does not have yet. */
  isPending: boolean
  mayEdit: boolean
  mayDelete: boolean
  mayAnswer: boolean
  /** Null: the series repeats in a way that the form cannot show. */
  repeat?: Repeat | null | undefined
  title: string
  start: ItemTime
  end: ItemTime
  allDay: boolean
  description: string
  place: string
  guests: Guest[]
  organizer?: Person | undefined
  /** Always an `https:` address. */
  joinUrl?: string | undefined
  status: 'confirmed' | 'tentative' | 'cancelled'
  answer: Answer
  isPrivate: boolean
  isRecurring: boolean
}

export interface CalendarChoice {
  id: string
  name: string
  isPrimary: boolean
  isReadOnly: boolean
  /** Whether an event in it can be a Teams meeting. */
  hasTeams: boolean
}

/** A change that was accepted and could not be applied, until the person has seen it. */
export interface Refusal {
  id: string
  request: ChangeRequest
  /** A code of the API, with its sentence in English. */
  reason: string
  sentence: string
}

/** What became of an accepted change. `overruled`: what Outlook said meanwhile, and our change replaced. */
export interface Outcome {
  kind: ChangeRequest['kind']
  title: string
  overruled: { field: string; value: string }[]
}

/** What the server pushes over `/live`. */
export type LiveMessage =
  | { type: 'status'; status: ConnectionStatus; reachable: boolean }
  | { type: 'changes'; changed: CalendarItem[]; removed: string[] }
  /** More has changed than is worth pushing: read the visible range again. */
  | { type: 'reload' }
  | { type: 'outcome'; outcome: Outcome }
  /** All changes that are refused and not dismissed yet. */
  | { type: 'refusals'; refusals: Refusal[] }

/** Why a request of the page was refused. */
export type Problem =
  | 'not_connected'
  | 'reconnect_needed'
  | 'unreachable'
  | 'invalid'
  | 'forbidden'
  | 'gone'
  | 'too_late'

/** The answer to a change that is not accepted. `fields` has the API's sentence for each of its fields at fault. */
export interface Refused {
  problem: Problem
  fields?: Record<string, string> | undefined
}
