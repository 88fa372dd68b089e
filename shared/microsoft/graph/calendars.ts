import type * as z from 'zod'
import type { NewCalendar, ProviderCalendar } from '../../pull/ports.ts'
import type { GraphSend } from './client.ts'
import { pages } from './pages.ts'
import { parse } from './parse.ts'
import { Calendar, CalendarPage } from './wire.ts'

export async function listCalendars(send: GraphSend): Promise<readonly ProviderCalendar[]> {
  const all = await pages(send, '/me/calendars', CalendarPage)
  return all.map(mapCalendar)
}

/** @see https://learn.microsoft.com/en-us/graph/api/user-post-calendars */
export async function createCalendar(send: GraphSend, { name, color }: NewCalendar): Promise<ProviderCalendar> {
  const body = { name, ...(color !== undefined && { color: nearestColor(color) }) }
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

/** Graph takes the name of a colour only (`hexColor` is for reading), about as Outlook shows them. */
const COLORS = {
  lightBlue: '#0078D4',
  lightGreen: '#498205',
  lightOrange: '#C25700',
  lightGray: '#69797E',
  lightYellow: '#C19C00',
  lightTeal: '#038387',
  lightPink: '#E3008C',
  lightBrown: '#8E562E',
  lightRed: '#A4262C',
}

/** The name of the colour that is least far from `#RRGGBB`. */
function nearestColor(color: string): string {
  const far = (shown: string) =>
    channelsOf(shown).reduce((sum, channel, at) => sum + (channel - (channelsOf(color)[at] ?? 0)) ** 2, 0)
  const [nearest] = Object.entries(COLORS).sort(([, one], [, other]) => far(one) - far(other))
  return nearest?.[0] ?? 'auto'
}

const channelsOf = (color: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
