import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { OpenApiDocument, Operation } from '../../shared/api/reference/document.ts'
import type { JsonSchema } from '../../shared/api/reference/json-schema.ts'
import type { FuzzRequest } from './requests.ts'
import { CANARY, type WireAnswer } from './target.ts'

/** Says what is wrong with an answer; undefined for nothing. */
export type Judge = (request: FuzzRequest, answer: WireAnswer) => string | undefined

/** @param foreign ids of the person whose data must not be seen. */
export function createJudge(document: OpenApiDocument, foreign: readonly string[]): Judge {
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  ajv.addSchema(closed(document) as object, 'document')
  const operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [operation.operationId, { path, method, operation }]),
    ),
  )

  return (request, answer) => {
    const place = operations.get(request.endpoint)
    if (place === undefined) return 'the endpoint is not described'
    if (answer.status >= 500) return 'a failure of ours'
    return leak(request, answer) ?? misfit(place, answer)
  }

  function leak({ address, body = '', headers }: FuzzRequest, answer: WireAnswer): string | undefined {
    const told = answer.body + JSON.stringify([...answer.headers])
    if (told.toLowerCase().includes(CANARY)) return "it tells another person's data"
    const asked = decodeURIComponent(address) + body + JSON.stringify(headers)
    const id = foreign.find((one) => told.includes(one) && !asked.includes(one))
    return id && `it names an id of another person: ${id}`
  }

  function misfit({ path, method, operation }: Place, answer: WireAnswer): string | undefined {
    const described = operation.responses[answer.status]
    if (described === undefined) return 'the status is not described'
    const [type] = Object.keys(described.content ?? {})
    if (type === undefined) return answer.body === '' ? undefined : 'a body is not described'
    if (answer.headers.get('content-type')?.split(';')[0] !== type) return 'the media type is another one'
    if (type !== 'application/json') return undefined
    const pointer = ['paths', path, method, 'responses', String(answer.status), 'content', type, 'schema']
    const validate = ajv.getSchema(`document#/${pointer.map(escaped).join('/')}`)
    if (validate === undefined) return 'there is no schema'
    const body = parsed(answer.body)
    if (body === undefined) return 'the body is no JSON'
    return validate(body) ? undefined : `the body does not fit: ${ajv.errorsText(validate.errors)}`
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface Place {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

/** The same document with objects that have no members beside those they name: what we tell is described. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closed(one)]))
  const { type, properties, additionalProperties } = value as JsonSchema
  const isObject = type === 'object' && properties !== undefined && additionalProperties === undefined
  return isObject ? { ...inner, additionalProperties: false } : inner
}
