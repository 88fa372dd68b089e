import type { BrowserSession } from '../../accounts/browser-sessions.ts'
import type { Trail } from '../../audit/audit.ts'
import { createLooks } from '../../audit/reads.ts'
import { SyncError } from '../../core/errors.ts'
import type { Clock } from '../../core/time.ts'
import type { Operations } from '../../operations/operations.ts'
import type { BrowserSessionApi } from '../browser-session/browser-session-api.ts'
import type { Handler } from '../handler.ts'
import { type ApiRequest, singleParams } from '../request.ts'
import { DAY, operationsPage, SPANS } from './operations-page.ts'
import { runbookPage } from './runbook-page.ts'

/** The pages of whoever operates the service. */
export interface OperationsApi {
  /** `GET /operations` */
  readonly status: Handler
  /** `GET /operations/runbook` */
  readonly runbook: Handler
}

export interface OperationsApiDependencies {
  /** Undefined: nobody is an operator, and there are no such pages. */
  readonly operatorTenant: string | undefined
  readonly sessions: BrowserSessionApi
  readonly operations: Pick<Operations, 'status'>
  readonly audit: Pick<Trail, 'record' | 'failed'>
  readonly clock: Clock
}

/** The app role of an operator, as the app's registration names it. */
const OPERATOR = 'Operator'

/**
 * Whether somebody operates the service. Both have to be so: the app is registered for all tenants, and any tenant's
 * administrator can give the role to people of their own.
 */
const isOperator = ({ identity, standing }: BrowserSession, tenant: string): boolean =>
  identity.tenantId.toLowerCase() === tenant.toLowerCase() && standing.appRoles.includes(OPERATOR)

export function createOperationsApi(dependencies: OperationsApiDependencies): OperationsApi {
  const { operatorTenant, sessions, operations, audit, clock } = dependencies
  const noteLook = createLooks(clock, (account) =>
    audit.record({ act: 'operations-viewed', actor: { kind: 'operator', account } }),
  )

  /** Whoever is no operator gets the same answer whatever they ask. */
  const forOperators =
    (answer: Handler): Handler =>
    async (request) => {
      if (operatorTenant === undefined) throw new SyncError('NOT_FOUND', 'there are no operators')
      const session = await sessions.current(request)
      if (session === undefined) return sessions.signIn(request, '/operations')
      if (!isOperator(session, operatorTenant)) {
        await audit.failed('OPERATOR_REQUIRED')
        throw new SyncError('OPERATOR_REQUIRED', 'whoever signed in does not operate the service')
      }
      await noteLook(session.account)
      return answer(request)
    }

  return {
    status: forOperators(async (request) => {
      const asked = askedOf(request)
      return operationsPage({ ...asked, status: await operations.status(asked.hours), now: clock.now() })
    }),
    runbook: forOperators(runbookPage),
  }
}

function askedOf({ url }: ApiRequest) {
  const params = singleParams(url.searchParams)
  const asked = Number(params.get('hours') ?? DAY)
  return { hours: SPANS.find((span) => span === asked) ?? DAY, isRefreshed: params.get('refresh') !== 'off' }
}
