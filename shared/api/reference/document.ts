import { SCOPES, scopeMeaning } from '../../integrators/scopes.ts'
import { answersOf } from './answers.ts'
import type { Answer, Endpoint, Group } from './endpoint.ts'
import { createSchemaCollection, type JsonSchema, type SchemaCollection } from './json-schema.ts'
import { parametersOf } from './parameters.ts'
import { GROUPS } from './registry.ts'

const DESCRIPTION =
  'Read the Microsoft 365 calendars of people who have agreed to it, and change them. Times are ISO 8601 in whole seconds. Members that you do not know may be added to any answer; ignore them.'

/**
 * The OpenAPI document of the integrator API, made of the schemas that requests are read with and answers are written by.
 * @param publicUrl our address, without a slash at the end.
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export function openApiDocument(publicUrl: string, groups: readonly Group[] = GROUPS) {
  const schemas = createSchemaCollection()
  const paths: Record<string, Record<string, Operation>> = {}
  for (const { name, endpoints } of groups)
    for (const endpoint of endpoints) {
      const path = paths[endpoint.path] ?? {}
      path[endpoint.method.toLowerCase()] = operationOf(endpoint, name, schemas)
      paths[endpoint.path] = path
    }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Microsoft 365 Sync',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    tags: groups.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: sorted(schemas.named),
      securitySchemes: { token: securityOf(publicUrl) },
    },
  }
}

export type OpenApiDocument = ReturnType<typeof openApiDocument>
export type Operation = ReturnType<typeof operationOf>

function operationOf(endpoint: Endpoint, group: string, schemas: SchemaCollection) {
  const { id, summary, description, body, access } = endpoint
  const answers = Object.entries(answersOf(endpoint))
  return {
    operationId: id,
    tags: [group],
    summary,
    ...(description !== undefined && { description }),
    security: typeof access === 'string' ? [] : tokens(access.token),
    parameters: parametersOf(endpoint, schemas),
    ...(body && { requestBody: requestBodyOf(body, schemas) }),
    responses: Object.fromEntries(answers.map(([status, answer]) => [status, responseOf(answer, schemas)])),
  }
}

/** Any one of the scopes is enough. */
const tokens = (scopes: readonly string[]) =>
  scopes.length === 0 ? [{ token: [] }] : scopes.map((scope) => ({ token: [scope] }))

function requestBodyOf({ schema, example, isOptional }: NonNullable<Endpoint['body']>, schemas: SchemaCollection) {
  const json = schemas.add(schema, 'input')
  return {
    required: isOptional !== true,
    content: { 'application/json': { schema: json, example }, 'application/x-www-form-urlencoded': { schema: json } },
  }
}

const REQUEST_ID = 'Names this request; say it when you ask for help.'

function responseOf({ means, body, mediaType, headers, example }: Answer, schemas: SchemaCollection) {
  const described = Object.entries({ 'x-request-id': REQUEST_ID, ...headers })
  return {
    description: means,
    headers: Object.fromEntries(
      described.map(([name, description]) => [name, { description, schema: { type: 'string' as const } }]),
    ),
    ...contentOf({ body, mediaType, example }, schemas),
  }
}

interface Content {
  readonly body: Answer['body']
  readonly mediaType: Answer['mediaType']
  readonly example: unknown
}

function contentOf({ body, mediaType, example }: Content, schemas: SchemaCollection) {
  if (body === undefined && mediaType === undefined) return {}
  const schema: JsonSchema = body === undefined ? { type: 'string' } : schemas.add(body, 'output')
  const content = { schema, ...(example !== undefined && { example }) }
  return { content: { [mediaType ?? 'application/json']: content } }
}

const securityOf = (publicUrl: string) => ({
  type: 'oauth2' as const,
  description: 'An access token in the header `Authorization: Bearer ...`.',
  flows: {
    authorizationCode: {
      authorizationUrl: `${publicUrl}/oauth/authorize`,
      tokenUrl: `${publicUrl}/oauth/token`,
      refreshUrl: `${publicUrl}/oauth/token`,
      scopes: Object.fromEntries(SCOPES.map((scope) => [scope, scopeMeaning(scope)])),
    },
  },
})

const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
