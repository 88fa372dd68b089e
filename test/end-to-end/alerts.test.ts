import { expect, test } from 'vitest'
import { days, minutes, seconds } from '../../shared/core/time.ts'
import { ALERTS } from '../../shared/operations/alerts.ts'
import { oneHour } from '../support/graph-stand-in.ts'
import { type Operated, startOperated } from '../support/operating.ts'

/** What raises an alert, and what is done about it. */
interface Provocation {
  readonly accounts?: number
  raise(at: Operated): Promise<unknown>
  mend(at: Operated): Promise<unknown>
}

const refused = (at: Operated, path: string, status: number, times: number) =>
  at.faults.answers.push({ status, times, path, code: 'ErrorAccessDenied' })

const PROVOCATIONS: Record<string, Provocation> = {
  'dead-letters': {
    raise: async (at) =>
      at.deadLetters.push({
        queue: 'mailbox',
        sequenceNumber: '1',
        reason: 'MaxDeliveryCountExceeded',
        deliveries: 10,
      }),
    mend: async (at) => at.deadLetters.pop(),
  },
  'late-wake-ups': {
    async raise(at) {
      at.trouble.stopped = true
      await at.pass(minutes(80))
    },
    async mend(at) {
      at.trouble.stopped = false
    },
  },
  'failing-renewals': {
    accounts: 25,
    async raise(at) {
      refused(at, '/subscriptions', 403, 1_000)
      for (const { id } of at.graph.subscriptions.list())
        at.graph.subscriptions.tellLifecycle(id, 'reauthorizationRequired')
    },
    mend: async (at) => at.faults.answers.pop(),
  },
  'reconnects-needed': {
    accounts: 26,
    async raise(at) {
      at.trouble.sessionsRevoked = true
      for (let looks = 0; looks < 14 && !(await at.alert('reconnects-needed')).isRaised; looks++)
        await at.pass(minutes(5))
    },
    async mend(at) {
      at.trouble.sessionsRevoked = false
      // Those who have not connected again raise nothing for good.
      await at.pass(minutes(40))
      expect(await at.alert('reconnects-needed')).toMatchObject({ isRaised: false })
      await at.reconnect()
    },
  },
  'vault-busy': { raise: (at) => at.hammerVault(7_501), mend: (at) => at.hammerVault(100) },
  'vault-slow': { raise: (at) => at.hammerVault(3, seconds(2)), mend: (at) => at.hammerVault(3) },
  'server-errors': {
    async raise(at) {
      at.trouble.queueAway = true
      for (let asked = 0; asked < 11; asked++) expect(await at.notify()).toBe(503)
    },
    async mend(at) {
      at.trouble.queueAway = false
    },
  },
  'slow-webhook': {
    async raise(at) {
      at.trouble.queueSlow = true
      expect(await at.notify()).toBe(202)
    },
    async mend(at) {
      at.trouble.queueSlow = false
      await at.notify()
    },
  },
  'slow-sync': {
    async raise(at) {
      at.faults.notifications.drop = 1
      at.world.mailboxOf(at.people[0]?.oid ?? '').create(oneHour('Not told', '2026-11-20'))
      // The poll that finds it comes the later, the longer nothing has been told.
      for (let looks = 0; looks < 6 && !(await at.alert('slow-sync')).isRaised; looks++) await at.pass(minutes(5))
    },
    async mend(at) {
      at.faults.notifications.drop = 0
      at.world.mailboxOf(at.people[0]?.oid ?? '').create(oneHour('Told', '2026-11-20'))
      await at.deliver()
    },
  },
  alarms: {
    async raise(at) {
      // The cursor, and the fresh round after it.
      refused(at, '/delta', 403, 2)
      at.world.mailboxOf(at.people[0]?.oid ?? '').create(oneHour('Refused', '2026-11-20'))
      await at.deliver()
    },
    mend: async () => undefined,
  },
  'backup-old': {
    async raise(at) {
      at.backups.isFull = true
      await at.clock.advance(days(3))
    },
    async mend(at) {
      at.backups.isFull = false
    },
  },
  silence: {
    raise: async (at) => at.clock.advance(minutes(20)),
    mend: async () => undefined,
  },
}

test.each(ALERTS)('$name: $what, and no longer when that is mended', async ({ name, over, minutes: long }) => {
  const provocation = PROVOCATIONS[name]
  if (provocation === undefined) throw new Error('nobody has provoked it')
  const at = await startOperated(provocation.accounts)
  await at.pass(minutes(20))
  expect(await at.alert(name)).toMatchObject({ isRaised: false, limit: over })
  await provocation.raise(at)
  if (name !== 'silence') await at.pass(minutes(5))
  const raised = await at.alert(name)
  expect(raised.isRaised).toBe(true)
  expect(raised.value).toBeGreaterThan(over)
  await provocation.mend(at)
  await at.pass(minutes(long + 10))
  expect(await at.alert(name)).toMatchObject({ isRaised: false })
})

test('while all is well no alert is raised', async () => {
  const at = await startOperated(3)
  await at.pass(minutes(65))
  const { alerts, samples } = await at.service.operations.status(1)
  expect(alerts.filter(({ isRaised }) => isRaised)).toEqual([])
  expect(samples).toHaveLength(12)
})
