import type { Deliver } from '../../../infra/local/microsoft365/graph/context.ts'
import type { ApiRequest } from '../../../shared/api/request.ts'
import { asSyncError } from '../../../shared/core/errors.ts'
import { type DurationMs, minutes } from '../../../shared/core/time.ts'
import type { Service } from '../../../shared/service.ts'
import type { Dice } from '../../support/dice.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { FaultRates } from '../swarm/swarm.ts'

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  readonly rates: () => FaultRates
  /** An instance that takes the request. @throws when there is none. */
  readonly pick: () => Service
}

/** The way of Graph's notifications to an instance; late ones come after Graph has lost patience and sent them again. */
export function createDelivery({ scheduler, dice, rates, pick }: Dependencies): Deliver {
  const internet: Owner = { name: 'internet', alive: true }
  return async (request, timeoutMs) => {
    const received = await apiRequest(request)
    const delay = (dice.chance(rates().notificationLate) ? dice.below(minutes(2)) : 0) as DurationMs
    return new Promise((resolve, reject) => {
      void scheduler.call(internet, 'waits no longer', () => reject(new Error('no answer')), timeoutMs as DurationMs)
      void scheduler.call(internet, 'posts', () => answer(pick, received).then(resolve, reject), delay)
    })
  }
}

async function apiRequest(request: Request): Promise<ApiRequest> {
  const body = await request.text()
  const { method, headers } = request
  return { method, url: new URL(request.url), headers, params: {}, requestId: 'notification', body: async () => body }
}

async function answer(pick: () => Service, request: ApiRequest): Promise<Response> {
  try {
    const { status, headers, body } = await pick().notifications(request)
    return new Response(body, { status, headers })
  } catch (error) {
    return new Response('', { status: asSyncError(error).failure.http })
  }
}
