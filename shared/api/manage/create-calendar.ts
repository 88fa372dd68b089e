import * as z from 'zod'
import type { createCalendar } from '../../accounts/create-calendar.ts'
import { isFailure, SyncError } from '../../core/errors.ts'
import type { Grant } from '../../integrators/grant.ts'
import { requireScope } from '../bearer.ts'
import { bodyFields } from '../change/fields.ts'
import { line } from '../change/texts.ts'
import { ValidationError } from '../failure.ts'
import { createFindings, custom, problem, REQUIRED } from '../findings.ts'
import { wireListed } from '../read/identity.ts'
import { profileIdOf } from '../read/wire-event.ts'
import { readBody } from '../read-body.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, json } from '../response.ts'

/** The body of `POST /v1/calendars`. */
export const NewCalendarBody = z.object({
  profile_id: z.string().meta({ description: 'The profile to make the calendar in.' }),
  name: line(255)
    .refine((name) => name.trim() !== '', custom(REQUIRED))
    .meta({ description: 'No other calendar of the profile may have it, in upper or lower case.' }),
  color: z
    .string()
    .regex(/^#[0-9A-Fa-f]{6}$/, custom(problem('invalid_format', 'must be a color such as #49BED8')))
    .optional()
    .meta({ description: 'Microsoft 365 has a few colors of its own; the nearest one is taken.' }),
})

/** The answer: the calendar as `GET /v1/calendars` lists it. */
export const NewCalendarAnswer = z.object({
  calendar: z.object({
    provider_name: z.string(),
    provider_service: z.string(),
    profile_id: z.string(),
    profile_name: z.string(),
    calendar_id: z.string(),
    calendar_name: z.string(),
    calendar_color: z.string().optional(),
    calendar_readonly: z.boolean(),
    calendar_deleted: z.boolean(),
    calendar_primary: z.boolean(),
    calendar_integrated_conferencing_available: z.boolean(),
    calendar_attachments_available: z.boolean(),
    permission_level: z.enum(['sandbox', 'unrestricted']),
  }),
})

export interface NewCalendarDependencies {
  readonly authenticate: (request: ApiRequest) => Promise<Grant>
  readonly createCalendar: (...asked: Rest<Parameters<typeof createCalendar>>) => ReturnType<typeof createCalendar>
}

type Rest<T> = T extends [unknown, ...infer R] ? R : never

/** `POST /v1/calendars`. @throws ValidationError `errors.duplicate_calendar_name`, SyncError as `createCalendar`. */
export async function postCalendar(
  { authenticate, createCalendar }: NewCalendarDependencies,
  request: ApiRequest,
): Promise<ApiResponse> {
  const grant = await authenticate(request)
  requireScope(grant, 'create_calendar')
  const { profile_id, name, color } = readBody(NewCalendarBody, await bodyFields(request), createFindings())
  if (profile_id !== profileIdOf(grant.accountId)) throw new SyncError('NOT_FOUND', 'no such profile')
  const made = await createCalendar(grant.accountId, { name: name.trim(), color }).catch((error: unknown) => {
    throw isFailure(error, 'CALENDAR_EXISTS') ? DUPLICATE : error
  })
  return json(200, { calendar: wireListed(made, grant, grant.profile.name) })
}

const DUPLICATE = new ValidationError({
  name: [{ key: 'errors.duplicate_calendar_name', description: 'name is the name of another calendar of the profile' }],
})
