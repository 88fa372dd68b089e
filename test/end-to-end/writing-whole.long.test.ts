import { expect, test } from 'vitest'
import { connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import { systemClock } from '../../shared/core/time.ts'
import { eventually } from '../support/eventually.ts'
import { emptyWorld, firstPullDone, type RunningSystem, startWholeSystem } from '../support/system.ts'

/** Creations accepted at once, over the wire, by real processes. */
const EVENTS = 60

test('G6: every accepted creation becomes one event, although answers get lost and the service is killed twice', {
  timeout: 300_000,
}, async () => {
  const world = emptyWorld()
  const [tid = ''] = world.organisations.keys()
  const person = world.addPerson({ tid, displayName: 'Anna Holm' })
  const system = await startWholeSystem({ world })
  try {
    const client = await connectPerson(system.addresses.sync, person.userPrincipalName)
    await firstPullDone(client)
    loseEveryThirdAnswer(system)
    const actions = await createMany(client)
    const made = () => [...world.mailboxOf(person.oid).calendar().store.items.values()]
    for (const enough of [8, 30]) {
      await eventually(`${enough} events are made`, () => made().length >= enough, 120_000)
      await system.killFunctionsHost()
      await system.startFunctionsHost()
    }
    system.microsoft365.faults.answers = []
    await eventually(
      'every action has its outcome',
      async () => (await outcomes(client, actions)).length === 1,
      150_000,
    )
    expect(await outcomes(client, actions)).toEqual(['applied'])
    expect(
      made()
        .map(({ fields }) => fields['subject'])
        .sort(),
    ).toEqual(titles())
    const told = await client.events({ only_managed: 'true' })
    expect(told.map(({ summary }) => summary).sort()).toEqual(titles())
  } finally {
    await system.close()
  }
})

const titles = () => Array.from({ length: EVENTS }, (_, number) => `Event ${number}`).sort()

function loseEveryThirdAnswer({ microsoft365 }: RunningSystem): void {
  microsoft365.faults.answers = [
    { status: 503, times: 1_000, path: '$batch', every: 3, afterCommit: true, withoutBody: true },
  ]
}

async function createMany(client: SampleIntegrator): Promise<readonly string[]> {
  const { body } = await client.get('/v1/calendars')
  const [calendar] = body['calendars'] as { calendar_id: string }[]
  const day = new Date(systemClock.now() + 86_400_000).toISOString().slice(0, 10)
  const accepted = await Promise.all(
    titles().map((summary) =>
      client.send('POST', `/v1/calendars/${calendar?.calendar_id}/events`, {
        event_id: summary,
        summary,
        start: `${day}T09:00:00Z`,
        end: `${day}T10:00:00Z`,
      }),
    ),
  )
  expect(accepted.map(({ status }) => status)).toEqual(Array(EVENTS).fill(202))
  return accepted.map(({ action }) => action)
}

/** The different states the actions are in. */
async function outcomes(client: SampleIntegrator, actions: readonly string[]): Promise<readonly string[]> {
  const states = await Promise.all(
    actions.map(async (action) => ((await client.get(action)).body['action'] as { state: string }).state),
  )
  return [...new Set(states)]
}
