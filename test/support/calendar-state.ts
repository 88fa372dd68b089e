import type { CalendarState } from '../../shared/pull/state.ts'

/** A calendar that was read once, and of which nothing else is known. */
export const CALENDAR: CalendarState = {
  ...{ key: 'c'.repeat(22), providerId: 'provider-calendar', name: 'Calendar', primary: true, writable: true },
  ...{ onlineMeetings: true, deleted: false, dirty: false, round: 1, endless: false, confirming: false },
  ...{ events: 0, refusals: 0 },
}
