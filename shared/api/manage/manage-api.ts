import type { Handler } from '../handler.ts'
import { type NewCalendarDependencies, postCalendar } from './create-calendar.ts'
import { type RevokeProfileDependencies, revokeProfile } from './revoke-profile.ts'

/** What integrators do to an account as a whole. */
export interface ManageApi {
  /** `POST /v1/calendars` */
  readonly createCalendar: Handler
  /** `POST /v1/profiles/{profile_id}/revoke` */
  readonly revokeProfile: Handler
}

export const createManageApi = (dependencies: NewCalendarDependencies & RevokeProfileDependencies): ManageApi => ({
  createCalendar: (request) => postCalendar(dependencies, request),
  revokeProfile: (request) => revokeProfile(dependencies, request),
})
