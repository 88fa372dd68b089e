import { expect, test } from 'vitest'
import type { Graph } from '../../infra/local/microsoft365/graph/graph.ts'
import type { DeltaHabits } from '../../infra/local/microsoft365/mailbox/delta.ts'
import { connectPerson } from '../../infra/local/sample-integrator.ts'
import { systemClock } from '../../shared/core/time.ts'
import { windowAround } from '../../shared/events/window.ts'
import { createBareClient } from '../support/bare-client.ts'
import { eventually } from '../support/eventually.ts'
import { answerLines, mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { expireCursors, fillUsualMailbox, STEPS } from '../support/mailbox-steps.ts'
import { startService } from '../support/service.ts'
import { emptyWorld, firstPullDone, queueIsEmpty, startWholeSystem } from '../support/system.ts'

const deltaRequests = ({ requests }: Graph): number =>
  requests.list().filter(({ path }) => /calendarview\/delta/i.test(path)).length

test.each<DeltaHabits['seriesOrder']>(['first', 'last', 'other-page'])(
  'with each series told %s, the answer equals the mailbox after every change, with as few delta requests as a bare client',
  { timeout: 240_000 },
  async (seriesOrder) => {
    const fixture = await startService()
    const { graph, faults, clock, world, tokenOf } = fixture
    faults.delta.seriesOrder = seriesOrder
    const { person, mailbox } = fillUsualMailbox(world)
    const span = spanAround(clock.now())
    const bare = createBareClient({
      graph,
      person,
      token: tokenOf(person),
      window: windowAround(clock.now(), { past: 42, future: 201 }),
    })
    const reader = await fixture.connect(person)
    const check = async (step: string, most: number, refused = 0) => {
      const requests = deltaRequests(graph)
      const least = (await bare.round()) + refused
      graph.requests.clear()
      expect({ step, requests }).toEqual({ step, requests: least })
      // Graph may spread a series over pages, which costs every client; the numbers hold where it does not.
      if (seriesOrder !== 'other-page') expect(requests, step).toBeLessThanOrEqual(most)
      expect(await answerLines(reader, span), step).toEqual(mailboxLines(mailbox, span))
    }

    await fixture.settle()
    await check('initial', 8)
    mailbox.touch(mailbox.calendar().store.log[0] ?? '')
    await fixture.deliver()
    await check('nothing', 1)
    for (const { name, pages, act } of STEPS) {
      act(mailbox, clock.now())
      await fixture.deliver()
      await check(name, pages)
    }
    expireCursors(mailbox)
    bare.restart()
    await fixture.deliver()
    await check('expired cursor', 8 + 1, 1)
  },
)

test('over the wire, the answer equals the mailbox after every change within a few delta requests', async () => {
  const world = emptyWorld()
  const { person, mailbox } = fillUsualMailbox(world)
  const system = await startWholeSystem({ world })
  const { graph } = system.microsoft365
  try {
    const reader = await connectPerson(system.addresses.sync, person.userPrincipalName)
    const span = spanAround(systemClock.now())
    await firstPullDone(reader)
    expect(await answerLines(reader, span)).toEqual(mailboxLines(mailbox, span))
    expect(deltaRequests(graph)).toBeLessThanOrEqual(8)

    for (const { name, pages, act } of [...STEPS, { name: 'expired cursor', pages: 9, act: expireCursors }]) {
      await queueIsEmpty(system)
      graph.requests.clear()
      act(mailbox, systemClock.now())
      await eventually(`${name} is read`, () => deltaRequests(graph) > 0)
      await queueIsEmpty(system)
      expect(await answerLines(reader, span), name).toEqual(mailboxLines(mailbox, span))
      expect(deltaRequests(graph), name).toBeLessThanOrEqual(pages)
    }
  } finally {
    await system.close()
  }
})
