/** What FlowAgent's server tells the page: the only shapes that cross from one to the other. */

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
}

/** What the server pushes over `/live`. */
export type LiveMessage =
  | { type: 'status'; status: ConnectionStatus; reachable: boolean }
  | { type: 'changes'; changed: CalendarItem[]; removed: string[] }
  /** More has changed than is worth pushing: read the visible range again. */
  | { type: 'reload' }

/** Why a request of the page was refused. */
export type Problem = 'not_connected' | 'reconnect_needed' | 'unreachable' | 'invalid'
