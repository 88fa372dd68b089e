import { expect, test } from 'vitest'
import { fillMailbox, MailboxOrder } from '../../infra/local/microsoft365/control/mailboxes.ts'
import { connectPerson } from '../../infra/local/sample-integrator.ts'
import { randomFraction, systemRandom } from '../../shared/core/random.ts'
import { systemClock } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { answerLines, mailboxLines, spanAround } from '../support/mailbox-answer.ts'
import { emptyWorld, firstPullDone, progress, startWholeSystem } from '../support/system.ts'

/** Graph's pages for the whole mailbox. */
const PAGES = 5_000 / 200

/**
 * After how many pages each process dies: before anything can be committed, after something has been (pages are
 * committed five at a time, while the next five are read), and soon after that again.
 */
const LIVES = [
  { least: 2, more: 5 },
  { least: 11, more: 3 },
  { least: 2, more: 5 },
]

test('a first pull that is killed three times ends with exactly what is in the mailbox', {
  timeout: 240_000,
}, async () => {
  const world = emptyWorld()
  const { person, mailbox } = fillMailbox(world, MailboxOrder.parse({ singles: 4_000, series: 50, occurrences: 20 }))
  const system = await startWholeSystem({ world })
  const { faults, graph } = system.microsoft365
  try {
    faults.pageDelayMs = 60
    const reader = await connectPerson(system.addresses.sync, person.userPrincipalName)
    const pages = () => graph.requests.list().filter(({ path }) => path.includes('/delta')).length
    const killed: number[] = []
    for (const { least, more } of LIVES) {
      const wanted = pages() + least + Math.floor(randomFraction(systemRandom) * more)
      await eventually(`${wanted} pages are asked for`, () => pages() >= wanted)
      await system.killFunctionsHost()
      killed.push(pages())
      await system.startFunctionsHost()
      expect((await progress(reader)).state, `killed after ${killed} pages`).toBe('first_pull')
    }
    await firstPullDone(reader)
    const span = spanAround(systemClock.now())
    expect(await answerLines(reader, span), `killed after ${killed} pages`).toEqual(mailboxLines(mailbox, span))
    // What was committed before a kill is not read again.
    expect(pages() - (killed.at(-1) ?? 0), `killed after ${killed} pages`).toBeLessThan(PAGES)
  } finally {
    await system.close()
  }
})
