import { createHmac, timingSafeEqual } from 'node:crypto'
import { receiveNotifications } from '../../shared/api/graph-notifications.ts'
import type { ApiRequest } from '../../shared/api/request.ts'
import type { WakeUp } from '../../shared/messaging/wake-up.ts'
import { createClientStates } from '../../shared/pull/client-state.ts'
import { type Outcomes, outcomesOf } from './outcome.ts'
import type { Payload } from './payload-file.ts'

const SUBSCRIBED = { account: `acc_${'a'.repeat(22)}`, calendar: 'c'.repeat(22) }

const clientStates = createClientStates({
  mac: (...parts) => createHmac('sha256', 'key-of-ours').update(parts.join('\n')).digest('base64url'),
  equal: (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b)),
})

/** A delivery to the webhook: what it answers, and how many wake-ups it sends. */
async function deliver(body: string, search = '') {
  const wakeUps: WakeUp[] = []
  const waker = { wake: async (more: readonly WakeUp[]) => void wakeUps.push(...more) }
  const url = new URL(`https://sync.example/graph/notifications${search}`)
  const request: ApiRequest = {
    ...{ method: 'POST', url, headers: new Headers(), params: {}, requestId: 'request' },
    body: async () => body,
  }
  return { answer: await receiveNotifications({ clientStates, waker, log: () => {} }, request), wakeUps }
}

/** Notifications as they stand, as if they were for a subscription of ours, and among one that is. */
export function feedNotifications({ body }: Payload): Promise<Outcomes> {
  const { value } = body as { value: object[] }
  const ours = { clientState: clientStates.issue(SUBSCRIBED) }
  const batch = async (notifications: readonly object[]) => {
    const { answer, wakeUps } = await deliver(JSON.stringify({ value: notifications }))
    return `${answer.status}, ${wakeUps.length} wake-up`
  }
  return outcomesOf({
    'as it stands': () => batch(value),
    'with our clientState': () => batch(value.map((one) => ({ ...one, ...ours }))),
    'beside one of ours': () => batch([...value, { subscriptionId: 'ours', ...ours }]),
  })
}

/** The handshake, with the token's spaces written in each of the ways that mean a space. */
export function feedValidation({ url = '', expect }: Payload): Promise<Outcomes> {
  const query = url.slice(url.indexOf('?'))
  const handshake = async (search: string) => {
    const { answer } = await deliver('', search)
    const type = answer.headers['content-type']?.startsWith(expect?.contentType ?? 'text/plain')
    const echoed = expect === undefined || answer.body === expect.body
    return `${answer.status}, ${type ? 'plain text' : 'ANOTHER TYPE'}, ${echoed ? 'echoed' : 'ALTERED'}`
  }
  return outcomesOf({
    'spaces as +': () => handshake(query.replaceAll('%20', '+')),
    'spaces as %20': () => handshake(query.replaceAll('+', '%20')),
  })
}
