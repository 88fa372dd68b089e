/** What the page reads of Graph's answers. @see https://learn.microsoft.com/en-us/graph/api/resources/event */
export interface GraphTime {
  dateTime: string
  timeZone: string
}

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export interface Recurrence {
  pattern: {
    type: 'daily' | 'weekly' | 'absoluteMonthly' | 'relativeMonthly' | 'absoluteYearly' | 'relativeYearly'
    interval: number
    daysOfWeek?: Weekday[]
    dayOfMonth?: number
    month?: number
    index?: 'first' | 'second' | 'third' | 'fourth' | 'last'
    firstDayOfWeek?: Weekday
  }
  range: {
    type: 'noEnd' | 'endDate' | 'numbered'
    startDate: string
    endDate?: string
    numberOfOccurrences?: number
  }
}

export interface Attendee {
  emailAddress: { name?: string; address: string }
  type: 'required' | 'optional' | 'resource'
  status?: { response: string }
}

export interface GraphEvent {
  id: string
  '@odata.etag': string
  type: 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster'
  seriesMasterId: string | null
  subject: string | null
  bodyPreview?: string
  body: { contentType: string; content: string }
  start: GraphTime
  end: GraphTime
  originalStartTimeZone: string
  isAllDay: boolean
  recurrence: Recurrence | null
  location: { displayName: string }
  attendees: Attendee[]
  organizer: { emailAddress: { name: string; address: string } }
  isOrganizer: boolean
  isCancelled: boolean
  responseStatus: { response: string }
  sensitivity: string
  showAs: string
  isOnlineMeeting: boolean
  onlineMeeting: { joinUrl: string } | null
  categories?: string[]
  isReminderOn: boolean
  reminderMinutesBeforeStart: number
}

export interface GraphCalendar {
  id: string
  name: string
  hexColor: string
  canEdit: boolean
  isDefaultCalendar: boolean
  owner: { name: string; address: string }
}

export type Answer = 'accept' | 'tentativelyAccept' | 'decline'
