import type { CalendarEvent, EventTime } from '../events/event.ts'
import { wallClockWithOffset } from '../events/zones.ts'
import type { Current } from './snapshot.ts'

/** What a version is made of: an event with everything it says, and of a series what all its occurrences share. */
export function versionOf({ content, kind, ...rest }: Pick<Current, 'content' | 'recurrence' | 'kind'>): unknown {
  const { changedAt: _, createdAt: __, ...said } = content
  const recurrence = rest.recurrence ?? (said as Partial<CalendarEvent>).recurrence
  if (kind === 'single' || kind === 'exception') return onlyContent(said)
  const { start, end, ...shared } = onlyContent(said)
  return { ...shared, start: timeOfDay(start), end: timeOfDay(end), recurrence }
}

/** Without what an event has beside its content. */
function onlyContent<T extends object>(said: T) {
  const {
    providerId: _,
    etag: __,
    kind: ___,
    seriesProviderId: ____,
    recurrence: _____,
    ...content
  } = said as T & Record<'providerId' | 'etag' | 'kind' | 'seriesProviderId' | 'recurrence', unknown>
  return content
}

const timeOfDay = (time: EventTime): string =>
  time.kind === 'date' ? 'day' : `${wallClockWithOffset(time.at, time.zone ?? 'UTC').slice(11, 16)} ${time.zone ?? ''}`
