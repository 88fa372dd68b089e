import { createMiddleware } from 'hono/factory'
import type { EpochMs } from '../../../../shared/core/time.ts'
import { accessDenied, MailboxFailure } from '../mailbox/failures.ts'
import { isPerson, type World } from '../world.ts'
import { happens, takeNext } from './chance.ts'
import type { GraphContext, GraphDependencies, GraphEnvironment } from './context.ts'
import type { Condition, Faults } from './faults.ts'
import type { FaultyAnswer } from './faulty-answer.ts'

/** Gives the answers that were ordered in place of the real one, or after the real one was done. */
export const misbehave = ({ faults, world, clock }: GraphDependencies) =>
  createMiddleware<GraphEnvironment>(async (c, next) => {
    const answer = takeNext(faults, faults.answers, (each) => meets(world, each, c))
    if (answer === undefined || answer.afterCommit) await next()
    if (answer === undefined) return
    const headers = retryAfter(answer, clock.now())
    c.res = undefined
    if (!answer.withoutBody) throw new GraphFault(answer, headers)
    c.res = new Response(null, { status: answer.status, headers })
  })

function meets(world: World, { path = '', method, app, person }: FaultyAnswer, c: GraphContext): boolean {
  const { appId, oid } = c.get('caller')
  if (!c.req.url.includes(path) || (method ?? c.req.method) !== c.req.method) return false
  return (app ?? appId) === appId && isPerson(world, person, oid)
}

/** A date goes with a `Date` of the same clock: this one may have been put ahead of the machine's. */
function retryAfter({ retryAfter, retryAfterDate }: FaultyAnswer, now: EpochMs): Record<string, string> {
  const http = (at: number) => new Date(at).toUTCString()
  if (retryAfter !== undefined) return { 'Retry-After': retryAfter }
  if (retryAfterDate === undefined) return {}
  return { 'Retry-After': http(now + retryAfterDate * 1000), Date: http(now) }
}

/** What is wrong with a mailbox that cannot be opened. */
const CONDITIONS: Record<Condition, MailboxFailure | undefined> = {
  inactive: new MailboxFailure(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ),
  unknown: new MailboxFailure(404, 'ResourceNotFound', 'Resource could not be discovered.'),
  unlicensed: accessDenied(),
  empty: undefined,
}

/** Refuses what a mailbox in a bad condition cannot do; the person behind it is still in the directory. */
export const checkCondition = ({ faults, world }: GraphDependencies) =>
  createMiddleware<GraphEnvironment>(async (c, next) => {
    const { oid } = c.get('caller')
    const condition = faults.mailboxes.find(
      (each) => isPerson(world, each.person, oid) && happens(faults, JSON.stringify(each), each.probability ?? true),
    )
    const failure = condition && CONDITIONS[condition.is]
    const isDirectory = c.req.path.split('/').length === '/v1.0/users/me'.split('/').length
    if (failure !== undefined && !isDirectory) throw failure
    c.set('isEmpty', condition?.is === 'empty')
    await next()
  })

/** An ordered failure, with the headers it goes out with. */
export class GraphFault extends MailboxFailure {
  readonly headers: Record<string, string>

  constructor(answer: FaultyAnswer, headers: Record<string, string> = {}) {
    const usual = USUAL[answer.status] ?? { code: 'UnknownError', message: '' }
    super(answer.status, answer.code ?? usual.code, answer.message ?? usual.message)
    this.headers = headers
  }
}

const USUAL: Record<number, { code: string; message: string }> = {
  401: { code: 'InvalidAuthenticationToken', message: 'Access token has expired.' },
  403: { code: 'ErrorAccessDenied', message: 'Access is denied. Check credentials and try again.' },
  404: { code: 'ErrorItemNotFound', message: 'The specified object was not found in the store.' },
  410: { code: 'SyncStateNotFound', message: 'The sync state generation is not found.' },
  429: { code: 'ApplicationThrottled', message: 'Application is over its MailboxConcurrency limit.' },
  503: { code: 'ServiceUnavailable', message: 'The service is temporarily unavailable.' },
}

/** Exchange serves four requests of one app for one mailbox at a time and refuses the fifth. */
export function limitConcurrency(faults: Faults) {
  const inFlight = new Map<string, number>()
  return createMiddleware<GraphEnvironment>(async (c, next) => {
    const { appId, oid } = c.get('caller')
    const key = `${appId} ${oid}`
    const running = inFlight.get(key) ?? 0
    if (running >= faults.concurrency) throw new GraphFault({ status: 429 }, { 'Retry-After': '1' })
    inFlight.set(key, running + 1)
    try {
      await next()
    } finally {
      const left = (inFlight.get(key) ?? 1) - 1
      if (left === 0) inFlight.delete(key)
      else inFlight.set(key, left)
    }
  })
}
