import * as fc from 'fast-check'
import { openApiDocument } from '../../shared/api/reference/document.ts'
import { NO_PROGRESS, type Progress } from '../support/progress.ts'
import { createJudge } from './judge.ts'
import { idsOf, learn } from './learn.ts'
import { type FuzzRequest, requestsTo } from './requests.ts'
import type { Target, WireAnswer } from './target.ts'

/** Statuses of the answers of each endpoint or route, and what was wrong with them. */
export interface Report {
  readonly statuses: Readonly<Record<string, Readonly<Record<number, number>>>>
  readonly failures: readonly string[]
  /** How long the slowest answer took, in milliseconds. */
  readonly slowest: number
}

export interface Order {
  readonly requests: number
  readonly seed: number
  readonly progress?: Progress
}

/** So many requests between two rests of the service. */
const ROUND = 250
/** More of them would not say more. */
export const MAX_FAILURES = 20

/** Sends requests made from the schemas of the reference, and judges each answer by it. */
export async function fuzz(target: Target, { requests, seed, progress = NO_PROGRESS }: Order): Promise<Report> {
  const document = openApiDocument('http://localhost:7071')
  const foreign = await idsOf(target, target.foreign)
  const judge = createJudge(document, foreign)
  const statuses: Record<string, Record<number, number>> = {}
  const failures: string[] = []
  let slowest = 0
  for (let sent = 0; sent < requests && failures.length < MAX_FAILURES; sent += ROUND) {
    const tokens = await target.tokens()
    const known = await learn(target, tokens, foreign)
    const order = { seed: seed * 1_000_003 + sent, numRuns: Math.min(ROUND, requests - sent) }
    for (const request of fc.sample(requestsTo(document, known, tokens.access_token), order)) {
      const began = performance.now()
      const answer = await target.send(request.endpoint, request)
      slowest = Math.max(slowest, performance.now() - began)
      const counts = statuses[request.endpoint] ?? {}
      statuses[request.endpoint] = { ...counts, [answer.status]: (counts[answer.status] ?? 0) + 1 }
      const fault = judge(request, answer)
      if (fault !== undefined) failures.push(description(fault, request, answer))
    }
    await target.rest()
    progress.at(Math.min(sent + ROUND, requests), requests)
  }
  progress.end()
  return { statuses, failures, slowest }
}

const description = (fault: string, { method, address, body, headers }: FuzzRequest, answer: WireAnswer): string =>
  `${fault}\n  ${method} ${address}\n  ${headers['content-type'] ?? ''} ${body ?? ''}\n  ${answer.status} ${answer.body.slice(0, 2000)}`
