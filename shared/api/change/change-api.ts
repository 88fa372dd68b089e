import type { Trail } from '../../audit/audit.ts'
import { isFailure } from '../../core/errors.ts'
import type { Grant } from '../../integrators/grant.ts'
import {
  ACTION_SCOPES,
  ANSWERING_SCOPES,
  DELETING_SCOPES,
  READING_SCOPES,
  type Scope,
  UPSERTING_SCOPES,
} from '../../integrators/scopes.ts'
import type { Action } from '../../push/action.ts'
import type { Changes, Requester } from '../../push/changes.ts'
import { hasScope, requireScope } from '../bearer.ts'
import { ValidationError } from '../failure.ts'
import type { Authenticate, Handler } from '../handler.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, empty, json } from '../response.ts'
import { acceptedAnswer, parseActionId } from './action-id.ts'
import { parseDeleteMany } from './delete-many.ts'
import { parseEventName } from './event-name.ts'
import { bodyFields, bodyOrQueryFields } from './fields.ts'
import { calendarOf, eventOf } from './ids.ts'
import { parseResponse, parseUpsert } from './wanted.ts'
import { wireAction } from './wire-action.ts'

/**
 * The changing half of the integrator API. A change is answered with 202 once it is stored, and with the address at which
 * its outcome can be read. Every endpoint throws `UNAUTHENTICATED` without a good access token, `SCOPE_MISSING` without the
 * scope, `NOT_FOUND` for ids that are not the account's, and ValidationError naming every bad field.
 */
export interface ChangeApi {
  /** `POST /v1/calendars/{calendar_id}/events` */
  readonly upsert: Handler
  /** `DELETE /v1/calendars/{calendar_id}/events` */
  readonly delete: Handler
  /** `DELETE /v1/events` */
  readonly deleteMany: Handler
  /** `POST /v1/calendars/{calendar_id}/events/{event_uid}/participation_status` */
  readonly respond: Handler
  /** `GET /v1/actions/{id}` */
  readonly action: Handler
}

export interface ChangeApiDependencies {
  readonly authenticate: Authenticate
  readonly changes: Changes
  readonly audit: Pick<Trail, 'read'>
  /** Without a slash at the end. */
  readonly publicUrl: string
}

export function createChangeApi({ authenticate, changes, audit, publicUrl }: ChangeApiDependencies): ChangeApi {
  return {
    upsert: accepting(UPSERTING_SCOPES, upsert),
    delete: accepting(DELETING_SCOPES, async (who, request) =>
      changes.delete(who, calendarOf(request), parseEventName(await bodyOrQueryFields(request))),
    ),
    deleteMany: accepting(DELETING_SCOPES, async (who, request) =>
      changes.deleteAll(who, parseDeleteMany(await bodyOrQueryFields(request))),
    ),
    respond: accepting(ANSWERING_SCOPES, async (who, request) => {
      const [calendar, key] = [calendarOf(request), eventOf(request)]
      return changes.respond(who, calendar, key, parseResponse(await bodyFields(request)))
    }),
    action: readAction,
  }

  /** 202 with the address of the action; without it when there was nothing to do. */
  function accepting(
    scopes: readonly Scope[],
    accept: (who: Requester, request: ApiRequest) => Promise<Action | undefined>,
  ): Handler {
    return async (request) => {
      const grant = await authenticate(request)
      requireScope(grant, ...scopes)
      const action = await accept({ ...requesterOf(grant), ...settledOf(request) }, request)
      return action === undefined ? empty(202) : acceptedAnswer(publicUrl, action)
    }
  }

  async function upsert(who: Requester, request: ApiRequest): Promise<Action> {
    const calendar = calendarOf(request)
    const { event, wanted, basedOn } = parseUpsert(await bodyFields(request))
    return changes.upsert(who, calendar, event, wanted, basedOn).catch((error: unknown) => {
      throw isFailure(error, 'VALIDATION_FAILED') ? tooLarge() : error
    })
  }

  async function readAction(request: ApiRequest): Promise<ApiResponse> {
    const grant = await authenticate(request)
    requireScope(grant, ...ACTION_SCOPES)
    const { number, token } = parseActionId(request.params['id'] ?? '')
    const action = await changes.action(requesterOf(grant), number, token)
    await audit.read({ account: grant.accountId, integrator: grant.clientId, first: 'actions' })
    return json(200, wireAction(action, hasScope(grant, ...READING_SCOPES)))
  }
}

const requesterOf = ({ accountId, clientId, unrestricted, unrestrictedIn }: Grant): Requester => ({
  account: accountId,
  integrator: clientId,
  unrestricted,
  unrestrictedIn,
})

const settledOf = ({ settled }: ApiRequest): Pick<Requester, 'key' | 'intake'> => ({
  key: settled?.key,
  intake: settled?.intake,
})

/** What the fields say is right one by one, and too much together. */
const tooLarge = () =>
  new ValidationError({
    base: [{ key: 'errors.too_long', description: 'the event as a whole is larger than what can be stored' }],
  })
