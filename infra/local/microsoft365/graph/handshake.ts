import { seconds } from '../../../../shared/core/time.ts'
import type { Deliver } from './context.ts'
import { invalidSubscription } from './subscription.ts'

const MOST_PATIENT = seconds(10)

/**
 * Asks an address whether it wants notifications: it must send back the decoded token as plain text within 10 seconds.
 * @throws MailboxFailure `InvalidRequest`
 */
export async function shakeHands(deliver: Deliver, address: string, requestId: string): Promise<void> {
  // Spaces and colons, as the real token has them: a client that does not decode or that escapes fails.
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${requestId}`
  const response = await ask(deliver, address, token)
  if (response.status !== 200)
    throw invalidSubscription('Subscription validation request failed. Must respond with 200 OK to this request.')
  const type = response.headers.get('content-type') ?? ''
  if (!type.startsWith('text/plain') || (await response.text()) !== token)
    throw invalidSubscription(
      'Subscription validation request failed. Response must exactly match validationToken query parameter.',
    )
}

export const validationTimedOut = () => invalidSubscription('Subscription validation request timed out.')

async function ask(deliver: Deliver, address: string, token: string): Promise<Response> {
  const url = new URL(address)
  url.searchParams.set('validationToken', token)
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
  try {
    return await deliver(new Request(url, { method: 'POST', headers, body: '' }), MOST_PATIENT)
  } catch (cause) {
    const failure = validationTimedOut()
    failure.cause = cause
    throw failure
  }
}
