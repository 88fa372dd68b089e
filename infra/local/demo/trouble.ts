import { elapsed, seconds, systemClock } from '../../../shared/core/time.ts'
import { createPassingClock } from '../passing-clock.ts'
import { startSystem } from '../system.ts'
import { openFlowAgent } from './flowagent.ts'
import { openOutlook } from './outlook.ts'
import { mailboxOf, say, spoken, type TroubledStage, untilEqual } from './troubled-stage.ts'

/**
 * Runs a story of trouble on the whole system. Every part has a clock that is put forward while nothing happens, so that
 * the intervals are those of production and nobody waits for them.
 * @returns whether both calendars were equal in the end.
 */
export async function runTrouble(
  offset: number,
  person: string,
  tell: (stage: TroubledStage) => Promise<void>,
): Promise<boolean> {
  const clock = createPassingClock()
  const began = systemClock.now()
  const system = await startSystem({ offset, log: () => {}, write: () => {}, clock })
  try {
    const { microsoft365, serviceBus } = system
    if (microsoft365 === undefined || serviceBus === undefined) throw new Error('this needs the stand-ins')
    const flowagent = openFlowAgent(system.addresses.flowagent, clock)
    const outlook = openOutlook(system.addresses.microsoft365, person)
    const stage = { system, microsoft365, serviceBus, clock, flowagent, outlook, person }
    await flowagent.connect(person)
    await untilEqual(stage, seconds(1))
    say(`connected: ${mailboxOf(stage).length} events equal`)
    const from = clock.now()
    await tell(stage)
    const here = spoken(elapsed(began, systemClock.now()))
    say(`\nboth calendars are equal; ${spoken(elapsed(from, clock.now()))} have passed in the system, ${here} here`)
    return true
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : error}`)
    return false
  } finally {
    await system.close()
  }
}
