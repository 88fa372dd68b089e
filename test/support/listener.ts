import { hours } from '../../shared/core/time.ts'

interface Delivery {
  url: URL
  body: string
}
interface Notification extends Record<string, unknown> {
  changeType: string
  resource: string
}

/** An address that takes part in the handshake and keeps what it is told. */
export function listener(
  answer: (delivery: Delivery) => Response | Promise<Response> = () => new Response(null, { status: 202 }),
) {
  const deliveries: Delivery[] = []
  const handshakes: URL[] = []
  return {
    deliveries,
    handshakes,
    told: () => deliveries.flatMap(({ body }) => (JSON.parse(body) as { value: Notification[] }).value),
    deliver: async (request: Request): Promise<Response> => {
      const url = new URL(request.url)
      const token = url.searchParams.get('validationToken')
      if (token !== null) handshakes.push(url)
      if (token !== null) return new Response(token, { headers: { 'content-type': 'text/plain' } })
      const delivery = { url, body: await request.text() }
      deliveries.push(delivery)
      return answer(delivery)
    },
  }
}

export const inHours = (count: number) => new Date(Date.parse('2026-11-02T08:00:00Z') + hours(count)).toISOString()

/** What a client posts to subscribe to the default calendar, with changes. */
export const order = (change: object = {}) => ({
  changeType: 'created,updated,deleted',
  notificationUrl: 'https://app.test/notify?key=1',
  resource: 'me/events',
  expirationDateTime: inHours(48),
  clientState: 'state',
  ...change,
})
