import type * as z from 'zod'
import { nearestByHue } from '../../core/color.ts'
import type { NewCalendar, ProviderCalendar } from '../../pull/ports.ts'
import type { GraphSend } from './client.ts'
import { pages } from './pages.ts'
import { parse } from './parse.ts'
import { Calendar, CalendarPage } from './wire.ts'

/**
 * All calendars of the mailbox, in Graph's order.
 * @throws SyncError `MICROSOFT_UNEXPECTED_SHAPE` when a page cannot be read: no list is better than a part of one. What
 * `GraphSend` throws.
 */
export async function listCalendars(send: GraphSend): Promise<readonly ProviderCalendar[]> {
  const all = await pages(send, '/me/calendars', CalendarPage)
  return all.map(mapCalendar)
}

/**
 * Makes a calendar, in the color of Graph's that is nearest.
 * @throws SyncError `CALENDAR_EXISTS` when there is one of this name. `MICROSOFT_UNEXPECTED_SHAPE`: it is made, and what it
 * became cannot be read. What `GraphSend` throws.
 * @see https://learn.microsoft.com/en-us/graph/api/user-post-calendars
 */
export async function createCalendar(send: GraphSend, { name, color }: NewCalendar): Promise<ProviderCalendar> {
  const body = { name, ...(color !== undefined && { color: nearestByHue<string>(color, COLORS, 'lightGray') }) }
  return mapCalendar(parse(Calendar, await send({ method: 'POST', target: '/me/calendars', body })))
}

const mapCalendar = (calendar: z.infer<typeof Calendar>): ProviderCalendar => ({
  providerId: calendar.id,
  name: calendar.name ?? '',
  primary: calendar.isDefaultCalendar ?? false,
  writable: calendar.canEdit ?? false,
  color: calendar.hexColor || undefined,
  onlineMeetings: (calendar.allowedOnlineMeetingProviders ?? []).includes('teamsForBusiness'),
})

/** Graph takes the name of a color only (`hexColor` is for reading); with about how Outlook shows them. */
const COLORS = [
  ['lightBlue', '#0078D4'],
  ['lightGreen', '#498205'],
  ['lightOrange', '#C25700'],
  ['lightYellow', '#C19C00'],
  ['lightTeal', '#038387'],
  ['lightPink', '#E3008C'],
  ['lightRed', '#A4262C'],
] as const
