import * as z from 'zod'
import { asSyncError, SyncError } from '../../core/errors.ts'
import { failureFacts, type Log, levelOf } from '../../core/log.ts'
import type { Clock } from '../../core/time.ts'
import type { Grant } from '../../integrators/grant.ts'
import type { Lots } from '../../push/changes.ts'
import type { Intake } from '../../push/lot.ts'
import { acceptedAnswer } from '../change/action-id.ts'
import { bodyFields } from '../change/fields.ts'
import { apiFailure } from '../failure.ts'
import { createFindings } from '../findings.ts'
import type { Authenticate, Handler } from '../handler.ts'
import { isLive } from '../idempotency.ts'
import type { ApiRequest } from '../request.ts'
import { type ApiResponse, json } from '../response.ts'
import { type Asked, BatchAnswer, BatchItem, readItem, wireAnswer } from './item.ts'

const MOST_ITEMS = 50
/** Characters of answers after which nothing more is read for a batch. */
const MOST_ANSWERED = 4 * 1024 * 1024
export const BATCH_LIMIT = 1024 * 1024

/** `POST /v1/batch`. Its items are looked at one by one: a bad one is its own answer. */
export const BatchRequest = z.object({ batch: z.array(BatchItem).min(1).max(MOST_ITEMS) })
export const BatchResponse = z.object({ batch: z.array(BatchAnswer) })
const Items = z.array(z.unknown()).min(1).max(MOST_ITEMS)

export interface BatchDependencies {
  readonly authenticate: Authenticate
  /** Counts what the items ask of the account, besides the first. @throws SyncError `RATE_LIMITED`. */
  readonly charge: (grant: Grant, more: number, request: ApiRequest) => Promise<void>
  readonly lots: Lots
  /** Handlers by `METHOD template`: those that store an action, and all others. */
  readonly changes: Readonly<Record<string, Handler>>
  readonly others: Readonly<Record<string, Handler>>
  readonly clock: Clock
  readonly log: Log
  readonly publicUrl: string
}

/** An item on its way to its answer. */
interface Item {
  readonly at: number
  readonly asked: Asked | undefined
  readonly failure: unknown
}

/**
 * Answers up to 50 requests of one integrator for one account, in their order, each as if it had come alone. Changes that
 * follow each other are accepted together; an item that is refused does not hold up the others. Pages of events times 50
 * would be more than a process can hold, so reading ends when the answers are large; changes are accepted all the same.
 */
export function createBatchApi(dependencies: BatchDependencies): Handler {
  const { authenticate, charge, lots, changes, others, clock, log, publicUrl } = dependencies

  async function answerBatch(request: ApiRequest): Promise<ApiResponse> {
    const grant = await authenticate(request)
    const findings = createFindings()
    const values = findings.read('batch', Items, (await bodyFields(request, BATCH_LIMIT))['batch']) ?? []
    findings.end()
    await charge(grant, values.length - 1, request)
    const answers: ApiResponse[] = []
    const items = values.map((value, at) => itemOf(value, at, request))
    for (const run of runsOf(items, isChange)) {
      const isRefused = isFull(answers) && !run.every(isChange)
      answers.push(...(isRefused ? run.map(() => tooLarge(request)) : await answerRun(run, grant, request)))
    }
    const headers = answers.some(isToBeAsked) ? { 'retry-after': '1' } : {}
    return { ...json(207, { batch: answers.map(wireAnswer) }, headers), isPassing: answers.some(isFailure) }
  }

  /** What cannot be read asks for nothing, and so goes with what is beside it. */
  const isChange = ({ asked }: Item): boolean => asked === undefined || handlerIn(changes, asked) !== undefined

  async function answerRun(run: readonly Item[], grant: Grant, batch: ApiRequest): Promise<readonly ApiResponse[]> {
    const lot = lots.lot(grant.accountId, run.length)
    return Promise.all(
      run.map((item, at) => answerItem(item, grant, batch, lot.place(at)).finally(() => lot.leave(at))),
    )
  }

  async function answerItem(item: Item, grant: Grant, batch: ApiRequest, intake: Intake): Promise<ApiResponse> {
    try {
      if (item.asked === undefined) throw item.failure
      return keptAnswer(item, batch) ?? (await handle(item.asked, grant, keyOf(item, batch), intake))
    } catch (error) {
      return failed(asSyncError(error), batch)
    }
  }

  function handle({ route, request }: Asked, grant: Grant, key: ReturnType<typeof keyOf>, intake: Intake) {
    const asked = { route, request }
    const handler = handlerIn(changes, asked) ?? handlerIn(others, asked)
    if (handler === undefined) throw new SyncError('NOT_FOUND', 'not an address for batches')
    return handler({ ...request, settled: { grant, key, intake } })
  }

  /** What was accepted before a batch could be answered as a whole. */
  function keptAnswer({ at }: Item, { settled }: ApiRequest): ApiResponse | undefined {
    const kept = settled?.kept?.find((row) => row.item === at && isLive(clock.now())(row))
    return kept?.action && acceptedAnswer(publicUrl, kept.action)
  }

  const tooLarge = (batch: ApiRequest) => failed(new SyncError('BATCH_TOO_LARGE', 'the answers are too large'), batch)

  function failed(error: SyncError, { requestId, method }: ApiRequest): ApiResponse {
    // The same batch is being answered elsewhere: its answer is the answer.
    if (error.code === 'REQUEST_REPEATED') throw error
    if (error.failure.http >= 500)
      log(levelOf(error), 'request-failed', { request: requestId, method, ...failureFacts(error) })
    return apiFailure(error, requestId)
  }

  return answerBatch
}

const handlerIn = (handlers: BatchDependencies['changes'], { route, request }: Asked): Handler | undefined =>
  handlers[`${request.method} ${route.template}`]

function itemOf(value: unknown, at: number, batch: ApiRequest): Item {
  try {
    return { at, asked: readItem(value, batch), failure: undefined }
  } catch (failure) {
    return { at, asked: undefined, failure }
  }
}

function keyOf({ at }: Item, { settled }: ApiRequest) {
  const replaces = settled?.kept?.find(({ item }) => item === at)?.etag
  return settled?.key && { ...settled.key, item: at, replaces }
}

/** Changes that follow each other are one run; everything else is a run by itself. */
function runsOf(items: readonly Item[], isChange: (item: Item) => boolean): readonly (readonly Item[])[] {
  const runs: Item[][] = []
  for (const item of items) {
    const last = runs.at(-1)
    if (last?.every(isChange) && isChange(item)) last.push(item)
    else runs.push([item])
  }
  return runs
}

const isFull = (answers: readonly ApiResponse[]): boolean =>
  answers.reduce((sum, { body }) => sum + body.length, 0) > MOST_ANSWERED

const isToBeAsked = ({ headers }: ApiResponse): boolean => headers['retry-after'] !== undefined

/** The reason is not what the integrator asks for: another time it may be accepted. */
const isFailure = ({ status }: ApiResponse): boolean => status >= 500 || status === 423
