import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

/** A recorded payload: what stands beside the body says what it is an answer to. */
const PayloadFile = z.looseObject({
  kind: z.string(),
  status: z.int().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  url: z.string().optional(),
  ok: z.string().optional(),
  error: z.string().optional(),
  expect: z.object({ status: z.int(), contentType: z.string(), body: z.string() }).optional(),
})

export interface Payload extends z.infer<typeof PayloadFile> {
  readonly name: string
}

/** Which code of ours meets a payload in production. */
export type PayloadClass =
  | 'event'
  | 'page'
  | 'batch'
  | 'recurrence-range'
  | 'graph-error'
  | 'subscription'
  | 'notification'
  | 'validation'
  | 'token'
  | 'redirect'
  | 'unused'

/** The payloads of all JSON files of a folder, by name. @throws Error for a file that is not a payload. */
export async function readPayloads(folder: string): Promise<readonly Payload[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(names.map((name) => readPayload(join(folder, name), name)))
}

async function readPayload(path: string, name: string): Promise<Payload> {
  const parsed = PayloadFile.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (!parsed.success) throw new Error(`${name} is not a payload: ${z.prettifyError(parsed.error)}`)
  return { ...parsed.data, name }
}

const Items = z.object({ value: z.array(z.looseObject({})) })
const BY_KIND: Record<string, PayloadClass> = {
  'event-item': 'event',
  'recurrence-range': 'recurrence-range',
  notification: 'notification',
  'lifecycle-notification': 'notification',
  redirect: 'redirect',
  redirects: 'redirect',
  request: 'validation',
}

/** The class of a payload by its kind, or for answers by what they carry. `unused` is what no code of ours reads. */
export function classOf({ kind, status = 200, body }: Payload): PayloadClass {
  const known = BY_KIND[kind]
  if (known !== undefined) return known
  const fields = z.looseObject({}).safeParse(body).data ?? {}
  if ('access_token' in fields || typeof fields['error'] === 'string') return 'token'
  if (status >= 400) return 'graph-error'
  if ('expirationDateTime' in fields) return 'subscription'
  if ('start' in fields || '@removed' in fields) return 'event'
  if (Array.isArray(fields['responses'])) return 'batch'
  return Items.safeParse(body).success ? 'page' : 'unused'
}
