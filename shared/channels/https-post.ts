import { Resolver, lookup as systemLookup } from 'node:dns/promises'
import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { beforeAbort } from '../core/before-abort.ts'
import type { Delivery, DeliveryTrouble, Post } from './ports.ts'
import { hostOf, isAllowedAddress, type TargetRules, targetProblem } from './target.ts'

interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** All addresses of a name; the name itself where it is a number. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>

export interface PostDependencies {
  readonly rules: TargetRules
  /** Aborts when a receiver has had enough time for its answer, the whole of it. */
  readonly patience: () => AbortSignal
  readonly resolve?: Resolve
}

/** As much of an answer's body is taken as a polite receiver sends; the rest is cut off. */
const BODY_LIMIT = 4 * 1024

/** Milliseconds that a name server has for its answer, and how often it is asked. */
const NAME_SERVERS = { timeout: 2_000, tries: 2 }

/**
 * Asks the name servers without the system's look-up, which has four threads for the whole process: four names whose
 * servers never answer would keep everything else from being resolved, Microsoft and the tables too.
 * @returns nothing for a name without an address.
 */
const resolveByDns: Resolve = async (host) => {
  const family = isIP(host)
  if (family !== 0) return [{ address: host, family }]
  const resolver = new Resolver(NAME_SERVERS)
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  const found = (answer: PromiseSettledResult<string[]>) => (answer.status === 'fulfilled' ? answer.value : [])
  return [
    ...found(four).map((address) => ({ address, family: 4 })),
    ...found(six).map((address) => ({ address, family: 6 })),
  ]
}

/** Names of this machine are no business of a name server. */
const resolverFor =
  ({ allowedHosts }: TargetRules): Resolve =>
  (host) =>
    allowedHosts.includes(host) ? systemLookup(host, { all: true, verbatim: true }) : resolveByDns(host)

/**
 * A name is resolved once, every one of its addresses is checked, and the connection is made to these addresses, so that
 * a name that leads elsewhere a moment later leads nowhere. A name that cannot be resolved is not connected to at all.
 * @see OWASP Server-Side Request Forgery Prevention Cheat Sheet
 */
export function createHttpsPost({ rules, patience, resolve = resolverFor(rules) }: PostDependencies): Post {
  return async (text, headers, body) => {
    if (targetProblem(text, rules) !== undefined) return failed('address_refused')
    const url = new URL(text)
    const signal = patience()
    // The system's look-up of a name cannot be called back.
    const addresses = await beforeAbort(resolve(hostOf(url)), signal).catch(() => undefined)
    if (addresses === undefined || addresses.length === 0)
      return failed(signal.aborted ? 'timed_out' : 'name_not_found')
    if (!addresses.every(({ address }) => isAllowedAddress(address, url, rules))) return failed('address_refused')
    return send(url, { method: 'POST', headers, lookup: pinnedTo(addresses), agent: false, signal }, body)
  }
}

const failed = (reason: DeliveryTrouble): Delivery => ({ kind: 'failed', reason })

/** Answers every question with the checked addresses. Numeric hosts are not looked up; those were checked themselves. */
const pinnedTo =
  (addresses: readonly ResolvedAddress[]): LookupFunction =>
  (_, options, callback) => {
    const [first = { address: '', family: 4 }] = addresses
    if (options.all) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }

function send(url: URL, options: RequestOptions, body: string): Promise<Delivery> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain
  return new Promise((done) => {
    const sent = request(url, {
      ...options,
      headers: { ...options.headers, 'content-length': Buffer.byteLength(body) },
    })
    sent.on('response', (answer) => {
      discard(answer)
      done({ kind: 'answered', status: answer.statusCode ?? 0 })
    })
    // 101: nobody has asked for another protocol, and nothing but this would be told.
    sent.on('upgrade', (answer, socket) => {
      socket.destroy()
      done({ kind: 'answered', status: answer.statusCode ?? 0 })
    })
    // Also after the answer: what goes wrong with its body is of no interest, and must not end the process.
    sent.on('error', (error) => done(failed(troubleOf(error))))
    // However it ended: a delivery that never ends would hold its channel's place in the queue.
    sent.on('close', () => done(failed('unreachable')))
    sent.end(body)
  })
}

function discard(answer: IncomingMessage): void {
  let taken = 0
  answer.on('error', () => answer.destroy())
  answer.on('data', (chunk: Buffer) => {
    taken += chunk.length
    if (taken > BODY_LIMIT) answer.destroy()
  })
}

function troubleOf(error: Error & { code?: string }): DeliveryTrouble {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'timed_out'
  return /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_|EPROTO)/.test(error.code ?? '')
    ? 'certificate_refused'
    : 'unreachable'
}
