import { Temporal } from 'temporal-polyfill'
import type { StoredEvent } from './flowagent-api-calendar.ts'

type Time = StoredEvent['start']

/** The first events of a daily or weekly series; of any other event itself. */
export function expandSeries(event: StoredEvent): StoredEvent[] {
  const recurrence = event['recurrence'] as { rules: Record<string, unknown>[] } | undefined
  const rule = recurrence?.rules[0]
  if (rule === undefined) return [{ ...event, recurring: false }]
  const step = rule['frequency'] === 'weekly' ? 7 : 1
  const count = Math.min(Number(rule['count'] ?? 4), 4)
  const { event_id, ...common } = event
  const key = event.event_uid.split('.')[0]
  return Array.from({ length: count }, (_, index) => ({
    ...common,
    event_uid: `${key}.${index}`,
    series_event_id: event['series_event_id'] ?? event_id,
    ...(index === 0 ? { event_id: event['series_event_id'] ?? event_id } : {}),
    recurring: true,
    start: daysLater(event.start, step * index),
    end: daysLater(event.end, step * index),
  }))
}

function daysLater(time: Time, days: number): Time {
  if (typeof time === 'string') return Temporal.PlainDate.from(time).add({ days }).toString()
  return withOffset({ ...time, time: Temporal.PlainDateTime.from(time.time.slice(0, 19)).add({ days }).toString() })
}

/** A wall clock as the API reads it out, with its offset. */
export function withOffset(time: Time): Time {
  if (typeof time === 'string') return time
  const zoned = Temporal.PlainDateTime.from(time.time.slice(0, 19)).toZonedDateTime(time.tzid)
  return { ...time, time: zoned.toString({ timeZoneName: 'never', smallestUnit: 'second' }) }
}
