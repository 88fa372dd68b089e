import * as z from 'zod'
import { MailboxFailure } from '../mailbox/failures.ts'
import { type GraphContext, originOf, readJson } from './context.ts'

const Step = z.object({
  id: z.string(),
  method: z.enum(['GET', 'POST', 'PATCH', 'DELETE', 'PUT']),
  url: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).default([]),
})
type Step = z.infer<typeof Step>

const Batch = z.object({ requests: z.array(Step).min(1).max(20) })

interface StepAnswer {
  readonly id: string
  readonly status: number
  readonly headers: Record<string, string>
  readonly body?: unknown
}

type Fetch = (request: Request) => Promise<Response>

/**
 * `$batch`: up to 20 requests in one. A failed one fails those that depend on it with 424, and no others. Those that
 * wait for nothing all begin at once, so that from the fifth on the mailbox refuses them.
 * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/8760
 */
export async function runBatch(c: GraphContext, fetch: Fetch): Promise<object> {
  const { requests } = readBatch(await readJson(c))
  const answers = new Map<string, Promise<StepAnswer>>()

  const run = async (step: Step): Promise<StepAnswer> => {
    const earlier = await Promise.all(step.dependsOn.map((id) => answers.get(id)))
    if (earlier.some((each) => each === undefined || each.status >= 400)) return failedDependency(step)
    return answer(c, step, fetch)
  }
  for (const step of requests) answers.set(step.id, run(step))
  return { responses: await Promise.all(answers.values()) }
}

function readBatch(body: unknown): z.infer<typeof Batch> {
  const parsed = Batch.safeParse(body)
  const ids = new Set(parsed.data?.requests.map(({ id }) => id.toLowerCase()))
  if (parsed.success && ids.size === parsed.data.requests.length) return parsed.data
  throw new MailboxFailure(400, 'BadRequest', 'Invalid batch payload format.')
}

async function answer(c: GraphContext, step: Step, fetch: Fetch): Promise<StepAnswer> {
  const headers = {
    authorization: c.req.header('authorization') ?? '',
    'content-type': 'application/json',
    ...step.headers,
  }
  const url = `${originOf(c)}/v1.0/${step.url.replace(/^\//, '')}`
  const body = step.body === undefined ? {} : { body: JSON.stringify(step.body) }
  const response = await fetch(new Request(url, { method: step.method, headers, ...body }))
  const text = await response.text()
  const base = { id: step.id, status: response.status, headers: Object.fromEntries(response.headers) }
  return text === '' ? base : { ...base, body: JSON.parse(text) }
}

const failedDependency = ({ id }: Step): StepAnswer => ({
  id,
  status: 424,
  headers: { 'content-type': 'application/json' },
  body: { error: { code: 'FailedDependency', message: 'A request that this one depends on failed.' } },
})
