import type { ApiRequest } from '../request.ts'
import type { ApiResponse } from '../response.ts'
import { type NewCalendarDependencies, postCalendar } from './create-calendar.ts'
import { type RevokeProfileDependencies, revokeProfile } from './revoke-profile.ts'

/** What integrators do to an account as a whole. */
export interface ManageApi {
  /** `POST /v1/calendars` */
  createCalendar(request: ApiRequest): Promise<ApiResponse>
  /** `POST /v1/profiles/{profile_id}/revoke` */
  revokeProfile(request: ApiRequest): Promise<ApiResponse>
}

export const createManageApi = (dependencies: NewCalendarDependencies & RevokeProfileDependencies): ManageApi => ({
  createCalendar: (request) => postCalendar(dependencies, request),
  revokeProfile: (request) => revokeProfile(dependencies, request),
})
