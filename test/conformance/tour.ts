import type { Microsoft365 } from '../../infra/local/microsoft365/start.ts'
import { connectPerson, type SampleIntegrator } from '../../infra/local/sample-integrator.ts'
import { type System, startSystem } from '../../infra/local/system.ts'
import { eventually } from '../support/eventually.ts'
import { createGraphCaller, type GraphCaller } from './graph-caller.ts'
import type { Recorder } from './recorder.ts'
import { browse } from './tour-browse.ts'
import { changeEvents } from './tour-events.ts'

/** What the steps of the tour work with. */
export interface Tour {
  readonly graph: GraphCaller
  readonly recorder: Recorder
  readonly microsoft365: Microsoft365
  /** Asks the stand-in's control endpoints for something that no client can cause. */
  control(path: string, body: object): Promise<unknown>
  /** Waits until our API's answer holds an event with this summary as often as said. */
  shown(summary: string, times: number): Promise<void>
}

const PERSON = 'anna.holm@contosonordic.example'

/** The end-to-end flow with everything between the product and Graph recorded, and Graph's other endpoints besides. */
export async function takeTour(recorder: Recorder, offset: number): Promise<void> {
  const system = await startSystem({ offset, log: () => {}, write: () => {}, settings: { GRAPH_URL: recorder.url } })
  try {
    const { microsoft365 } = system
    if (microsoft365 === undefined) throw new Error('a setting replaces the Microsoft 365 stand-in')
    recorder.attach(microsoft365.graph.fetch)
    const person = await connectPerson(system.addresses.sync, PERSON)
    await firstPull(person)
    const tour = await prepare(system, microsoft365, recorder, person)
    await changeEvents(tour)
    await browse(tour)
  } finally {
    await system.close()
  }
}

async function prepare(
  { addresses }: System,
  microsoft365: Microsoft365,
  recorder: Recorder,
  person: SampleIntegrator,
): Promise<Tour> {
  const control = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const url = `${addresses.microsoft365}/_control/${path}`
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the control endpoint ${path} answered ${answer.status}`)
    return answer.status === 204 ? undefined : answer.json()
  }
  const { token } = (await control('token', { person: PERSON })) as { token: string }
  return {
    graph: createGraphCaller(recorder.url, token),
    recorder,
    microsoft365,
    control,
    shown: (summary, times) =>
      eventually(`${summary} is shown ${times} times`, async () => {
        const events = await person.events()
        return events.filter((event) => event.summary === summary).length === times
      }),
  }
}

const firstPull = (person: SampleIntegrator): Promise<void> =>
  eventually('the first pull is complete', async () => {
    const { body } = await person.get('/v1/userinfo')
    return JSON.stringify(body).includes('"state":"current"')
  })
