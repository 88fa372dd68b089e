/**
 * What clients of the compatible API can ask for and this service does not offer: the first part of the address after
 * `/v1/`, and what there is instead.
 */
export const UNSUPPORTED = {
  accessible_calendars: 'calendars of other people are reached by connecting these people',
  add_to_calendar: 'pages for adding an event to a calendar are not served',
  application_calendars: 'there are no calendars without a person behind them',
  availability_rules: 'working hours come from the mailbox settings',
  available_periods: 'working hours come from the mailbox settings',
  bookable_events: 'pages for booking are not served',
  conferencing_service_authorizations: 'Teams needs no authorization of its own; other services are not used',
  delegated_authorizations: 'each person connects their own mailbox',
  element_tokens: 'no user interface elements are served',
  real_time_scheduling: 'pages for scheduling are not served',
  real_time_sequencing: 'pages for scheduling are not served',
  resources: 'rooms and equipment are not connected',
  sequenced_availability: 'each event of a sequence is asked for by itself, with /v1/availability',
  service_account_authorizations: 'each person connects their own mailbox',
  smart_invites: 'people are invited through the attendees of an event',
} as const

const isUnsupported = (name: string): name is keyof typeof UNSUPPORTED => Object.hasOwn(UNSUPPORTED, name)

/** What to do instead of what is asked for at `path`; undefined where the compatible API has nothing either. */
export function insteadOf(path: string): string | undefined {
  const [, , name = ''] = path.split('/')
  return isUnsupported(name) ? `${name} is not offered by this service: ${UNSUPPORTED[name]}.` : undefined
}
