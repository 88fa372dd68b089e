import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import * as z from 'zod'

const Content = z.looseObject({ 'application/json': z.object({ schema: z.unknown() }).optional() })
const Operation = z.object({
  parameters: z
    .array(z.object({ name: z.string(), in: z.enum(['query', 'header', 'path']), required: z.boolean().optional() }))
    .default([]),
  requestBody: z.object({ required: z.boolean().default(false), content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })),
})
const OpenApi = z.looseObject({
  openapi: z.string().startsWith('3.1'),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
})

export interface FoundOperation extends z.infer<typeof Operation> {
  /** `GET /me/events/{eventId}` */
  readonly key: string
  /** Whether the words of the path have the document's case. */
  readonly sameCase: boolean
}

export interface Document {
  find(method: string, path: string): FoundOperation | undefined
  /** What is wrong with the JSON of a request of this operation, or of an answer with this status. */
  checkRequest(operation: FoundOperation, body: unknown): readonly string[]
  checkResponse(operation: FoundOperation, status: string, body: unknown): readonly string[]
  /** What is wrong with a value of a named component. */
  checkComponent(name: string, value: unknown): readonly string[]
}

/** Reads an OpenAPI 3.1 document. Properties that it does not name count as wrong, except OData's own (`@...`). */
export function readDocument(json: unknown): Document {
  const { paths } = OpenApi.parse(json)
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
  addFormats.default(ajv)
  ajv.addFormat('base64url', /^[\w-]*$/)
  ajv.addSchema(closed(json), 'document')

  const check = (pointer: readonly string[], value: unknown): readonly string[] => {
    const validate = ajv.getSchema(`document#/${pointer.map(escaped).join('/')}`)
    if (validate === undefined) return [`the document has no schema at ${pointer.join('/')}`]
    return validate(value) ? [] : problems(validate.errors ?? [])
  }
  const content = ['content', 'application/json', 'schema']
  return {
    find: (method, path) => find(paths, method.toLowerCase(), path),
    checkRequest: ({ key }, body) => check([...pointerOf(key), 'requestBody', ...content], body),
    checkResponse: ({ key }, status, body) => check([...pointerOf(key), 'responses', status, ...content], body),
    checkComponent: (name, value) => check(['components', 'schemas', name], value),
  }
}

function pointerOf(key: string): readonly string[] {
  const [method = '', path = ''] = key.split(' ')
  return ['paths', path, method.toLowerCase()]
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

/** `/value/*\/start must be object`: without positions and values, so that equal problems are one. */
function problems(errors: readonly { instancePath: string; message?: string; params: object; keyword: string }[]) {
  const real = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'allOf')
  const texts = (real.length > 0 ? real : errors).map(({ instancePath, message = '', params }) => {
    const detail = Object.values(params).filter((value) => typeof value === 'string' && !message.includes(value))
    return `${instancePath.replace(/\/\d+/g, '/*') || '/'} ${message} ${detail.join(' ')}`.trim()
  })
  return [...new Set(texts)]
}

function find(paths: z.infer<typeof OpenApi>['paths'], method: string, path: string): FoundOperation | undefined {
  for (const flags of ['', 'i'])
    for (const [template, operations] of Object.entries(paths)) {
      const operation = operations[method]
      if (operation === undefined || !patternOf(template, flags).test(path)) continue
      return { ...operation, key: `${method.toUpperCase()} ${template}`, sameCase: flags === '' }
    }
  return undefined
}

const patternOf = (template: string, flags: string): RegExp =>
  new RegExp(`^${template.replace(/[$.]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`, flags)

const CLOSED = { patternProperties: { '^@': {} }, unevaluatedProperties: false }

/**
 * The document with every object closed where it is used. A component itself stays open, because others inherit from it
 * by `allOf`.
 */
function closed(json: unknown): object {
  const { components, paths, ...rest } = OpenApi.parse(json)
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [name, closedInside(schema)])
  return { ...rest, paths: closedUse(paths), components: { ...components, schemas: Object.fromEntries(schemas) } }
}

const isObject = (node: unknown): node is Record<string, unknown> =>
  typeof node === 'object' && node !== null && !Array.isArray(node)

const mapValues = (node: Record<string, unknown>, map: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(node).map(([name, value]) => [name, map(value)]))

/** A component or a part it inherits from: only what its properties hold is closed. */
function closedInside(node: unknown): unknown {
  if (!isObject(node)) return node
  const { allOf, additionalProperties: _, properties, ...rest } = node
  return {
    ...rest,
    ...(Array.isArray(allOf) && { allOf: allOf.map(closedInside) }),
    ...(isObject(properties) && { properties: mapValues(properties, closedUse) }),
    ...(isObject(properties) && Object.keys(properties).length === 0 && { additionalProperties: true }),
  }
}

function closedUse(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closedUse)
  if (!isObject(node)) return node
  if ('$ref' in node) return { ...node, ...CLOSED }
  if (Array.isArray(node['allOf'])) return { ...(closedInside(node) as object), ...CLOSED }
  const inside = mapValues(node, closedUse)
  return node['type'] === 'object' && isObject(node['properties']) ? { ...inside, ...CLOSED } : inside
}
