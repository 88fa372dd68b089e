import { type DurationMs, minutes, seconds } from '../../shared/core/time.ts'
import type { ServiceFixture } from './service.ts'
import { startWriting, type Writing } from './writing.ts'

export const CALLBACK = 'https://fa.example/notified'

/** A connected person whose mailbox has been read, and the integrator `sample` without a channel. */
export async function startChannels(service?: Promise<ServiceFixture>): Promise<Writing> {
  const writing = await startWriting(service)
  await writing.fixture.clock.advance(minutes(1))
  await writing.fixture.settle()
  return writing
}

export interface ListedChannel {
  readonly channel_id: string
  readonly callback_url: string
  readonly filters: object
  readonly status: string
  readonly failure?: { readonly attempts: number; readonly reason: string; readonly next_attempt: string }
  readonly closed_reason?: string
}

/** Makes a channel; its verification has been delivered. */
export async function openChannel({ fixture, send }: Writing, more: object = {}): Promise<ListedChannel> {
  const { status, body } = await send('POST', '/v1/channels', { callback_url: CALLBACK, ...more })
  if (status !== 200) throw new Error(`a channel is answered with ${status} ${JSON.stringify(body)}`)
  await fixture.settle()
  fixture.receivers.taken()
  return body['channel'] as ListedChannel
}

export async function listed({ get }: Writing): Promise<readonly ListedChannel[]> {
  return (await get('/v1/channels')).body['channels'] as ListedChannel[]
}

/** Lets what was changed reach us, and then the channels. */
export async function told(fixture: ServiceFixture, wait: DurationMs = seconds(15)): Promise<readonly string[]> {
  await fixture.deliver()
  await fixture.clock.advance(wait)
  await fixture.settle()
  return fixture.receivers.taken()
}
