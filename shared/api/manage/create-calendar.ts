import * as z from 'zod'
import type { createCalendar } from '../../accounts/create-calendar.ts'
import type { Audit } from '../../audit/ports.ts'
import { isFailure, SyncError } from '../../core/errors.ts'
import { requireScope } from '../bearer.ts'
import { bodyFields } from '../change/fields.ts'
import { profileIdOf } from '../change/ids.ts'
import { HexColor, line } from '../change/texts.ts'
import { ValidationError } from '../failure.ts'
import { createFindings, custom, REQUIRED } from '../findings.ts'
import type { Authenticate } from '../handler.ts'
import { wireListed } from '../read/identity.ts'
import { ListedCalendar } from '../read/identity-shapes.ts'
import { readBody } from '../read-body.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, json } from '../response.ts'

/** The body of `POST /v1/calendars`. */
export const NewCalendarBody = z.object({
  profile_id: z.string().meta({ description: 'The profile to make the calendar in.' }),
  name: line(255)
    .refine((name) => name.trim() !== '', custom(REQUIRED))
    .meta({ description: 'No other calendar of the profile may have it, in upper or lower case.' }),
  color: HexColor.optional().meta({
    description: 'Microsoft 365 has a few colors of its own; the nearest one is taken.',
  }),
})

/** The answer: the calendar as `GET /v1/calendars` lists it. */
export const NewCalendarAnswer = z.object({ calendar: ListedCalendar })

export interface NewCalendarDependencies {
  readonly authenticate: Authenticate
  readonly audit: Audit
  readonly createCalendar: (...asked: Rest<Parameters<typeof createCalendar>>) => ReturnType<typeof createCalendar>
}

type Rest<T> = T extends [unknown, ...infer R] ? R : never

/** `POST /v1/calendars`. @throws ValidationError `errors.duplicate_calendar_name`, SyncError as `createCalendar`. */
export async function postCalendar(
  { authenticate, audit, createCalendar }: NewCalendarDependencies,
  request: ApiRequest,
): Promise<ApiResponse> {
  const grant = await authenticate(request)
  requireScope(grant, 'create_calendar')
  const { profile_id, name, color } = readBody(NewCalendarBody, await bodyFields(request), createFindings())
  if (profile_id !== profileIdOf(grant.accountId)) throw new SyncError('NOT_FOUND', 'no such profile')
  const actor = { kind: 'integrator', id: grant.clientId } as const
  await audit.record({ act: 'calendar-created', actor, account: grant.accountId })
  const made = await createCalendar(grant.accountId, { name: name.trim(), color }).catch((error: unknown) => {
    throw isFailure(error, 'CALENDAR_EXISTS') ? DUPLICATE : error
  })
  const calendar = wireListed(made, grant, grant.profile.name)
  return json(200, { calendar } satisfies z.infer<typeof NewCalendarAnswer>)
}

const DUPLICATE = new ValidationError({
  name: [{ key: 'errors.duplicate_calendar_name', description: 'name is the name of another calendar of the profile' }],
})
