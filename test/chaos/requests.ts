import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from './ledger.ts'

/** How a client behaves whose requests get no answer: it asks the same again. */
export interface Requests {
  /**
   * Every attempt has the same key, so that a late one does nothing.
   * @throws Error for a refusal that is no trouble, and when nobody hears it for longer than any trouble lasts.
   */
  untilAccepted(method: 'POST' | 'DELETE', path: string, body: object): Promise<void>
  untilDone(what: string, attempt: () => Promise<void>): Promise<void>
}

/** No answer within so many milliseconds is none. */
const PATIENCE = 20_000
const PAUSE = 1_000
/** No trouble lasts so long: who is not heard by then never is. */
const GIVES_UP = 5 * 60_000

/** Asks until it is done. @throws Error when it takes longer than any trouble. */
async function persist(what: string, isDone: () => Promise<boolean>): Promise<void> {
  const began = performance.now()
  while (!(await isDone())) {
    if (performance.now() - began > GIVES_UP) throw new Error(`${what} was not done within ${GIVES_UP / 1000} s`)
    await sleep(PAUSE)
  }
}

export function createRequests(base: string, token: string, ledger: Ledger): Requests {
  async function attempt(method: string, path: string, body: string, key: string): Promise<number> {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    }
    const answer = await fetch(`${base}${path}`, { method, headers, body, signal: AbortSignal.timeout(PATIENCE) })
    await answer.arrayBuffer()
    return answer.status
  }
  return {
    async untilAccepted(method, path, body) {
      const key = randomUUID()
      await persist(method, async () => {
        const status = await attempt(method, path, JSON.stringify(body), key).catch(() => 'none')
        ledger.count(`answer ${status}`)
        if (typeof status === 'number' && status >= 300 && status < 500 && ![409, 429].includes(status))
          throw new Error(`${method} was answered with ${status}`)
        return status === 202
      })
    },
    untilDone: (what, work) =>
      persist(what, async () => {
        const isDone = await Promise.race([work().then(yes, no), sleep(PATIENCE, false)])
        ledger.count(`${what} ${isDone ? 'saved' : 'did not save'}`)
        return isDone
      }),
  }
}

const yes = () => true
const no = () => false
