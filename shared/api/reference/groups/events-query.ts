import * as z from 'zod'
import { CalendarId } from '../answers/identity.ts'

const Flag = z.boolean().optional()
const DateOrTime = z
  .string()
  .optional()
  .meta({ examples: ['2026-11-20', '2026-11-20T09:00:00Z'] })

/** The query of `GET /v1/events`. */
export const EventsQuery = z.object({
  tzid: z.string().meta({
    description: 'The IANA zone in which dates of the query, and all-day events, begin and end.',
    examples: ['Europe/Copenhagen'],
  }),
  from: DateOrTime.meta({ description: 'Events that end at or after this; 42 days ago when absent.' }),
  to: DateOrTime.meta({ description: 'Events that start before this; in 201 days when absent.' }),
  last_modified: DateOrTime.meta({ description: 'Events that others changed at or after this, wherever they are.' }),
  calendar_ids: z.array(CalendarId).optional().meta({ description: 'All calendars when absent.' }),
  include_deleted: Flag.meta({ description: 'Deleted events too, with `deleted: true`.' }),
  include_managed: Flag.meta({ description: 'Your own events too.' }),
  only_managed: Flag.meta({ description: 'Your own events only; needs no reading scope.' }),
  localized_times: Flag.meta({ description: 'Times as `{time, tzid}` with the offset of the zone.' }),
})
