import { setTimeout as sleep } from 'node:timers/promises'
import { minutes, seconds } from '../../shared/core/time.ts'
import { differences, faultsOf, type Ledger } from './ledger.ts'
import type { Person } from './people.ts'
import type { ChaosSystem } from './system.ts'

/** How everybody's calendars compare with what was asked for and with each other; nothing when all is right. */
async function compare(people: readonly Person[], ledger: Ledger): Promise<readonly string[]> {
  const found = await Promise.all(
    people.map(async (person) => {
      const [mailbox, flowagent, api] = [person.mailbox(), await person.shownByFlowAgent(), await person.shownByApi()]
      return [
        ...faultsOf(ledger, person.index, mailbox),
        ...differences(mailbox, flowagent, ['Outlook', 'FlowAgent']),
        ...differences(mailbox, api, ['Outlook', 'the API']),
      ].map((line) => `person ${person.index}: ${line}`)
    }),
  )
  return found.flat()
}

export interface Settled {
  /** What is still not right, when time ran out. */
  readonly faults: readonly string[]
  /** How long it took on this machine's clock, and by how much the system's clocks were put forward, in seconds. */
  readonly tookSeconds: number
  readonly aheadSeconds: number
}

/**
 * So long nobody touches the clocks, in milliseconds. Then time passes in steps whenever nothing is being handled, as
 * long as the limit says: passing while work is under way would end the locks that it is done under.
 */
const UNTOUCHED = 45_000
const STEP = seconds(15)
const LIMIT = minutes(60)
const LONGEST = minutes(10)
const LOOK_EVERY = 1_500

/** Waits until every calendar is right and no message is left that is due. */
export async function settle(system: ChaosSystem, people: readonly Person[], ledger: Ledger): Promise<Settled> {
  const began = Date.now()
  const took = () => Date.now() - began
  for (;;) {
    const isIdle = (await system.broker.holds()).every(({ state }) => state !== 'active')
    const faults = isIdle ? await compare(people, ledger) : ['messages are being handled']
    const ahead = system.clock.ahead()
    const end = { faults, tookSeconds: took() / 1000, aheadSeconds: ahead / 1000 }
    if (faults.length === 0 || ahead >= LIMIT || took() > LONGEST) return end
    if (isIdle && took() > UNTOUCHED) await system.letTimePass(STEP)
    await sleep(LOOK_EVERY)
  }
}

const STILL_FOR = 6_000

/** Whether nothing moves any more: equal calendars must not be written to. @returns what still happened. */
export async function standStill(
  system: ChaosSystem,
  people: readonly Person[],
  ledger: Ledger,
): Promise<readonly string[]> {
  const { requests } = system.microsoft365.graph
  requests.clear()
  await system.letTimePass(minutes(5))
  await sleep(STILL_FOR)
  const writes = requests.list().filter(({ method, path }) => method !== 'GET' && !path.includes('/subscriptions'))
  return [
    ...(writes.length > 0 ? [`${writes.length} writes to Graph although all calendars were equal`] : []),
    ...(await compare(people, ledger)),
  ]
}
