import * as fc from 'fast-check'
import type { OpenApiDocument, Operation } from '../../shared/api/reference/document.ts'
import type { Parameter } from '../../shared/api/reference/parameters.ts'
import { createGenerator, type Known } from './from-schema.ts'
import type { WireRequest } from './target.ts'
import { spoiled, wildText, wildValue } from './wild.ts'

/** A request, and the endpoint that it is meant for. */
export interface FuzzRequest extends WireRequest {
  readonly endpoint: string
  readonly path: string
}

interface Parts {
  readonly params: Readonly<Record<string, string>>
  readonly query: readonly (readonly [string, string])[]
  readonly body: string | undefined
  readonly type: string
  readonly token: string | undefined
}

/** Requests to every endpoint of a document: right ones, nearly right ones, and wild ones. */
export function requestsTo({ paths, components }: OpenApiDocument, known: Known, token: string) {
  const generator = createGenerator(components.schemas, known)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  return fc
    .constantFrom(...operations)
    .chain(({ path, method, operation }) =>
      partsOf(operation, method).map((parts) => wireRequest(path, method, operation, parts)),
    )

  function partsOf(operation: Operation, method: string): fc.Arbitrary<Parts> {
    return fc.record({
      params: pathValues(operation),
      query: queryOf(operation),
      body:
        method === 'GET'
          ? fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constant('{}'))
          : bodyOf(operation),
      type: fc.oneof({ weight: 9, arbitrary: fc.constant('application/json') }, contentTypes),
      token: fc.oneof({ weight: 20, arbitrary: fc.constant(token) }, badTokens),
    })
  }

  function pathValues({ parameters }: Operation): fc.Arbitrary<Readonly<Record<string, string>>> {
    const inPath = parameters.filter((parameter) => parameter.in === 'path')
    const value = ({ schema, name }: Parameter) =>
      fc.oneof({ weight: 12, arbitrary: generator.of(schema, name).map(String) }, wildText)
    return fc.record(Object.fromEntries(inPath.map((parameter) => [parameter.name, value(parameter)])))
  }

  function queryOf({ parameters }: Operation): fc.Arbitrary<Parts['query']> {
    const inQuery = parameters.filter((parameter) => parameter.in === 'query')
    const pairs = inQuery.map((parameter) => {
      const some = generator
        .of(parameter.schema, parameter.name.replace('[]', ''))
        .map((value) => pairsOf(parameter.name, value))
      return parameter.required ? fc.oneof({ weight: 20, arbitrary: some }, none) : fc.oneof(some, none, none)
    })
    const fitting = fc.tuple(...pairs).map((lists) => lists.flat())
    const names = fc.oneof(fc.constantFrom('x', 'a[]', 'a[b]', ...inQuery.map(({ name }) => name)), wildText)
    const extra = fc.array(fc.tuple(names, wildText), { maxLength: 2 })
    return fc.oneof(
      { weight: 3, arbitrary: fitting },
      fc.tuple(fitting, extra).map(([right, more]) => [...right, ...more]),
    )
  }

  function bodyOf({ requestBody }: Operation): fc.Arbitrary<string | undefined> {
    const schema = requestBody?.content['application/json'].schema
    if (schema === undefined) return fc.option(fc.json(), { nil: undefined })
    const named = components.schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema
    const names = ['x', ...Object.keys(named.properties ?? {})]
    const fitting = generator.of(schema) as fc.Arbitrary<Record<string, unknown>>
    const example = fc.constant(requestBody?.content['application/json'].example as Record<string, unknown>)
    const both = fc.tuple(example, fitting)
    const changed = fc.oneof(
      both.map(([base, some]) => ({ ...some, ...base })),
      both.map(([base, some]) => ({ ...base, ...some })),
    )
    const right = fc.oneof(fitting, changed, example)
    return fc.oneof(
      { weight: 5, arbitrary: right.map((value) => JSON.stringify(value)) },
      { weight: 5, arbitrary: right.chain((value) => spoiled(value, names)).map((value) => JSON.stringify(value)) },
      wildValue.map((value) => JSON.stringify(value) ?? ''),
      wildText,
      right.map((value) => new URLSearchParams(pairsOfObject(value)).toString()),
    )
  }
}

/** Somebody else than who gets the tokens: wrong credentials are counted by address. */
const SENDER = '203.0.113.7'

const none: fc.Arbitrary<[string, string][]> = fc.constant([])
const contentTypes = fc.constantFrom(
  'application/x-www-form-urlencoded',
  'text/plain',
  '',
  'application/json; charset=utf-16',
)
const badTokens = fc.constantFrom(undefined, '', 'x', `at_${'a'.repeat(43)}`, '\u00e9')

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

const pairsOf = (name: string, value: unknown): [string, string][] =>
  Array.isArray(value) ? value.map((one) => [name, textOf(one)]) : [[name, textOf(value)]]

const pairsOfObject = (value: Readonly<Record<string, unknown>>): [string, string][] =>
  Object.entries(value).flatMap(([name, one]) => pairsOf(Array.isArray(one) ? `${name}[]` : name, one))

function wireRequest(path: string, method: string, { operationId }: Operation, parts: Parts): FuzzRequest {
  const { params, query, body, type, token } = parts
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => asSegment(params[name] ?? ''))
  const search = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
  return {
    endpoint: operationId,
    path,
    method,
    address: search === '' ? filled : `${filled}?${search}`,
    headers: {
      'x-forwarded-for': SENDER,
      ...(type !== '' && { 'content-type': type }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body }),
  }
}

/** Halves of surrogate pairs cannot be sent. */
const encoded = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'))

/** Dots and slashes would make another path. */
const asSegment = (text: string): string =>
  encoded(text)
    .replace(/^\.+$/, '-')
    .replaceAll(/%2F|%5C/gi, '-') || '-'
