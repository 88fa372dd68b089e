import type { WorkingHours } from '../../events/working-hours.ts'
import { ianaZone } from '../../events/zones.ts'
import type * as ports from '../../pull/ports.ts'
import { GRAPH_WEEKDAYS } from './map-recurrence.ts'
import type * as wire from './wire.ts'

/** Graph's mailbox settings, as far as they can be understood. */
export function mapSettings({ timeZone, language, workingHours }: wire.MailboxSettings): ports.MailboxSettings {
  const locale = language?.locale
  const zone = ianaZone(timeZone, locale)
  return { zone, workingHours: workingHours ? mapWorkingHours(workingHours, zone, locale) : undefined }
}

/** A zone that somebody has made for themselves has no name that means anything elsewhere; the mailbox's is the nearest. */
function mapWorkingHours(
  { daysOfWeek, startTime, endTime, timeZone }: wire.WorkingHours,
  mailboxZone: string | undefined,
  locale: string | null | undefined,
): WorkingHours | undefined {
  const zone = ianaZone(timeZone?.name, locale) ?? mailboxZone
  const [start, end] = [startTime, endTime].map((time) => /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d/.exec(time)?.[0])
  const days = daysOfWeek.flatMap((day) => GRAPH_WEEKDAYS.get(day.toLowerCase()) ?? [])
  if (zone === undefined || start === undefined || end === undefined || days.length === 0) return undefined
  return { days, start, end, zone }
}
