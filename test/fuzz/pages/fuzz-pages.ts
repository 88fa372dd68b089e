import * as fc from 'fast-check'
import { NO_PROGRESS } from '../../support/progress.ts'
import { MAX_FAILURES, type Order, type Report } from '../fuzz.ts'
import { idsOf } from '../learn.ts'
import type { WireAnswer } from '../target.ts'
import type { WholeTarget } from '../whole-system.ts'
import { judge } from './judge.ts'
import { type PageRequest, requestsTo } from './requests.ts'
import { DESCRIBED, nameOf, registered } from './routes.ts'

/** Nothing that is asked takes so long, in milliseconds, on whatever machine. */
const HANGS = 20_000

/** Sends wild requests to every route that the reference does not describe, as many to each, and judges the answers. */
export async function fuzzPages(target: WholeTarget, order: Order): Promise<Report> {
  const { requests, seed, progress = NO_PROGRESS } = order
  const foreign = await idsOf(target, target.foreign)
  const statuses: Record<string, Record<number, number>> = {}
  const failures: string[] = []
  let slowest = 0
  const routes = registered(target).filter((route) => !DESCRIBED.has(nameOf(route)))
  for (const [index, route] of routes.entries()) {
    if (failures.length >= MAX_FAILURES) break
    const counts: Record<number, number> = {}
    statuses[nameOf(route)] = counts
    const browser = await target.browser()
    for (const request of fc.sample(requestsTo(route), { seed, numRuns: Math.ceil(requests / routes.length) })) {
      const began = performance.now()
      const answer = await send(target.url, request, request.isSignedIn ? browser : fetch)
      slowest = Math.max(slowest, performance.now() - began)
      counts[answer.status] = (counts[answer.status] ?? 0) + 1
      const fault = judge(answer, foreign)
      if (fault !== undefined) failures.push(described(fault, request, answer))
    }
    progress.at(index + 1, routes.length)
  }
  progress.end()
  return { statuses, failures, slowest }
}

const described = (fault: string, { method, address, headers, body }: PageRequest, answer: WireAnswer): string =>
  `${fault}\n  ${method} ${address}\n  ${JSON.stringify(headers)} ${body ?? ''}\n  ${answer.status} ${answer.body.slice(0, 2000)}`

async function send(origin: string, { method, address, headers, body }: PageRequest, by: typeof fetch) {
  const signal = AbortSignal.timeout(HANGS)
  const answer = await by(origin + address, { method, headers, redirect: 'manual', signal, ...(body && { body }) })
  return { status: answer.status, headers: answer.headers, body: await answer.text() }
}
