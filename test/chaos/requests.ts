import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from './ledger.ts'

/** How a client behaves whose requests get no answer: it asks the same again. */
export interface Requests {
  /** Every attempt has the same key, so that a late one does nothing. @throws Error for a refusal that is no trouble. */
  untilAccepted(method: 'POST' | 'DELETE', path: string, body: object): Promise<void>
  untilDone(what: string, attempt: () => Promise<void>): Promise<void>
}

/** No answer within so many milliseconds is none. */
const PATIENCE = 20_000
const PAUSE = 1_000

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
      for (;;) {
        const status = await attempt(method, path, JSON.stringify(body), key).catch(() => 'none')
        ledger.count(`answer ${status}`)
        if (status === 202) return
        if (typeof status === 'number' && status < 500 && ![409, 429].includes(status))
          throw new Error(`${method} was answered with ${status}`)
        await sleep(PAUSE)
      }
    },
    async untilDone(what, work) {
      for (;;) {
        const isDone = await Promise.race([work().then(yes, no), sleep(PATIENCE, false)])
        ledger.count(`${what} ${isDone ? 'saved' : 'did not save'}`)
        if (isDone) return
        await sleep(PAUSE)
      }
    },
  }
}

const yes = () => true
const no = () => false
