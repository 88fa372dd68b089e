import ICAL from 'ical.js'
import { knownState } from '../../../storage/accounts/accounts.ts'
import { keptSpan } from '../../read/schedule.ts'
import { type Component, eventComponent } from './event-component.ts'
import type { ExportDependencies } from './export-json.ts'

/** In octets; the library does not count the space that a folded line begins with (RFC 5545 section 3.1: 75 in all). */
ICAL.foldLength = 74

const PRODUCT = '-//Microsoft 365 Sync//Export//EN'
const line = (text: string): string => `${text}\r\n`

const lines = (event: Component): string => ICAL.stringify.component([...event], ICAL.design.icalendar)

/** Every event that is held of a person as one iCalendar object (RFC 5545), in parts. Without those that are deleted. */
export async function* exportCalendar(
  { publicUrl, accounts, records, windowDays }: ExportDependencies,
  account: string,
): AsyncGenerator<string> {
  const { host } = new URL(publicUrl)
  yield ['BEGIN:VCALENDAR', 'VERSION:2.0', `PRODID:${PRODUCT}`].map(line).join('')
  const state = await knownState(accounts, account)
  if (state !== undefined) {
    const calendars = new Map(state.calendars.filter(({ deleted }) => !deleted).map(({ key, name }) => [key, name]))
    for await (const page of records.events(account, keptSpan(state, windowDays)))
      yield page
        .filter(({ deleted, calendar }) => !deleted && calendars.has(calendar))
        .map((row) => line(lines(eventComponent(row, calendars.get(row.calendar), host))))
        .join('')
  }
  yield line('END:VCALENDAR')
}
