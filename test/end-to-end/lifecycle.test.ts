import { beforeEach, expect, test } from 'vitest'
import { seconds } from '../../shared/core/time.ts'
import { request } from '../support/oauth.ts'
import { startService } from '../support/service.ts'
import { startWriting, type Writing } from '../support/writing.ts'

let at: Writing

beforeEach(async () => {
  at = await startWriting()
})

const subscriptionsOf = () => at.fixture.graph.subscriptions.list().filter(({ oid }) => oid === at.person.oid)

async function tell(event: 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed'): Promise<void> {
  at.fixture.graph.subscriptions.tellLifecycle(subscriptionsOf()[0]?.id ?? '', event)
  await at.fixture.clock.advance(seconds(1))
  await at.fixture.settle()
}

const create = (subject: string) =>
  at.mailbox.create({
    subject,
    start: { dateTime: at.at(2, '09:00').slice(0, -1), timeZone: 'UTC' },
    end: { dateTime: at.at(2, '10:00').slice(0, -1), timeZone: 'UTC' },
  })

test('W10: a subscription that Microsoft removed is made anew, and what it did not tell is read', async () => {
  at.fixture.faults.notifications.drop = 1
  create('Not told')
  await at.fixture.clock.advance(seconds(1))
  at.fixture.faults.notifications.drop = 0
  const [before] = subscriptionsOf()
  await tell('subscriptionRemoved')
  expect(subscriptionsOf()).toHaveLength(1)
  expect(subscriptionsOf()[0]?.id).not.toBe(before?.id)
  expect((await at.read()).map(({ summary }) => summary)).toEqual(['Not told'])
  create('Told')
  await at.fixture.deliver()
  expect((await at.read()).map(({ summary }) => summary).sort()).toEqual(['Not told', 'Told'])
})

test('W10: a subscription that wants a fresh token is renewed', async () => {
  at.writes()
  const [before] = subscriptionsOf()
  await tell('reauthorizationRequired')
  expect(at.writes()).toEqual([`PATCH /v1.0/subscriptions/${before?.id}`])
  expect(subscriptionsOf().map(({ id }) => id)).toEqual([before?.id])
})

test('W10: a subscription is renewed with another token than the one that is running out', async () => {
  let issued = 0
  const fixture = await startService({
    throughEntra: (entra) => ({
      ...entra,
      async accessToken(cache, isRefused) {
        const [known = '', number = '0'] = cache.split('#')
        const current = isRefused ? ++issued : number
        const token = await entra.accessToken(known, isRefused)
        return { ...token, accessToken: `${token.accessToken}#${current}`, tokenCache: `${known}#${current}` }
      },
    }),
  })
  const used: [string, string][] = []
  fixture.intercept = (sent) => {
    const [token = '', number = ''] = sent.headers.get('authorization')?.split('#') ?? []
    used.push([sent.method, number])
    const plain = new Request(sent)
    plain.headers.set('authorization', token)
    return fixture.graph.fetch(plain)
  }
  at = await startWriting(Promise.resolve(fixture))
  expect(used.map(([, number]) => number)).not.toContain('1')
  await tell('reauthorizationRequired')
  expect(used).toContainEqual(['PATCH', '1'])
  expect(issued).toBe(1)
})

test('W10: what was missed is read', async () => {
  at.fixture.faults.notifications.drop = 1
  create('Missed')
  await at.fixture.clock.advance(seconds(1))
  at.fixture.faults.notifications.drop = 0
  await tell('missed')
  expect((await at.read()).map(({ summary }) => summary)).toEqual(['Missed'])
})

test('W10: a forged one is refused and does nothing', async () => {
  const value = [{ subscriptionId: 'x', clientState: 'Zm9yZ2Vk', lifecycleEvent: 'subscriptionRemoved' }]
  const forged = request('/graph/lifecycle', { method: 'POST', body: JSON.stringify({ value }) })
  await expect(at.fixture.service.notifications(forged)).rejects.toMatchObject({ code: 'NOTIFICATION_FORGED' })
  expect(at.fixture.queue).toEqual([])
})
