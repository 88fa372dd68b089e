import type { EventContent, EventTime, Transparency } from '../events/event.ts'
import { startOfDayInZone } from '../events/zones.ts'
import type { Span } from './spans.ts'

/** Whether an event that is shown so keeps its person from meeting others. Who works elsewhere can still be met. */
const TAKES_TIME: Record<Transparency, boolean> = {
  opaque: true,
  tentative: true,
  out_of_office: true,
  unknown: true,
  transparent: false,
  working_elsewhere: false,
}

/**
 * When an event keeps its person busy; undefined when it does not: it is shown as free, declined or cancelled.
 * @param zone where an all-day event begins and ends: the person's own.
 */
export function busySpan(event: EventContent, zone: string): Span | undefined {
  if (!TAKES_TIME[event.transparency] || event.participation === 'declined' || event.status === 'cancelled')
    return undefined
  const at = (time: EventTime) => (time.kind === 'date' ? startOfDayInZone(time.date, zone) : time.at)
  return { from: at(event.start), to: at(event.end) }
}
