import { systemRandom } from '../../shared/core/random.ts'
import { createGraphClient } from '../../shared/microsoft/graph/client.ts'
import { createEventWriter } from '../../shared/microsoft/graph/event-writer.ts'
import type { Answer, Call, EventWriter } from '../../shared/push/writer.ts'
import { type Outcomes, outcomesOf } from './outcome.ts'
import type { Payload } from './payload-file.ts'

/** The real client and writer in front of a Graph that gives the same answer to everything. */
function writerAnswered(body: unknown, status = 200, headers: Record<string, string> = {}): EventWriter {
  const fetch = async () => new Response(JSON.stringify(body), { status, headers })
  const graphUrl = 'https://graph.microsoft.com'
  return createEventWriter({ send: createGraphClient({ graphUrl, fetch, random: systemRandom }, 'token') })
}

const CREATE: Call = { kind: 'create', calendarProviderId: 'calendar', content: { summary: 'New' }, marker: 'm.1' }
const UPDATE: Call = { kind: 'update', providerId: 'event', patch: { summary: 'New' }, etag: 'W/"1"' }
const FIND: Call = { kind: 'find', calendarProviderId: 'calendar', key: 'key', since: 1 }

/** A failed answer of Graph to a call alone, and as the answer to one call of a batch. */
export function feedWriter({ body, status = 400, headers }: Payload): Promise<Outcomes> {
  const other = { id: '2', status: 200, body: { value: [] } }
  const batch = { responses: [other, { id: '1', status, headers, body }] }
  return outcomesOf({
    create: async () => describe(await writerAnswered(body, status, headers).run([CREATE])),
    'create in a batch': async () => describe(await writerAnswered(batch).run([CREATE, FIND])),
    update: async () => describe(await writerAnswered(body, status, headers).run([UPDATE])),
  })
}

/** The recorded answer to a batch, as the answer to a batch of four calls of ours. */
export const feedBatch = ({ body, status, headers }: Payload): Promise<Outcomes> =>
  outcomesOf({
    batch: async () => describe(await writerAnswered(body, status, headers).run([FIND, UPDATE, UPDATE, CREATE])),
  })

const describe = (answers: readonly Answer[]): string => answers.map(describeAnswer).join('; ')

function describeAnswer(answer: Answer): string {
  if (answer.kind === 'refused') return `refused as ${answer.code}`
  if (answer.kind === 'exists') return answer.providerId === undefined ? 'exists' : `exists as ${answer.providerId}`
  if (answer.kind !== 'later') return answer.kind
  const wait = answer.retryAfterMs === undefined ? 'later' : `after ${answer.retryAfterMs} ms`
  return answer.throttled ? `throttled, ${wait}` : wait
}
