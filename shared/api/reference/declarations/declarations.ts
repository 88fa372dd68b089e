import type { OpenApiDocument, Operation } from '../document.ts'
import type { JsonSchema } from '../json-schema.ts'
import { referredName } from '../page/type-text.ts'
import { type ClientMethod, METHODS } from './methods.ts'
import { type Member, membersOf, membersType, typeScriptOf } from './type-script.ts'

/** TypeScript declarations of the npm package `cronofy`, as far as its methods reach endpoints of ours. */
export function clientDeclarations(document: OpenApiDocument): string {
  const types = Object.entries(document.components.schemas).map(
    ([name, schema]) => `type ${name} = ${typeScriptOf(schema)}`,
  )
  const methods = METHODS.map((method) => methodText(method, document))
  return [
    '// Types of the npm package cronofy 3.8.4 for this API. Put this file next to your sources.',
    "declare module 'cronofy' {",
    indented(['class Cronofy {', indented([CLASS, ...methods].join('\n')), '}'].join('\n')),
    indented(['namespace Cronofy {', indented([CONFIGURATION, ...types].join('\n')), '}'].join('\n')),
    '  export { Cronofy as default }',
    '}',
    '',
  ].join('\n')
}

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')

const CLASS = `constructor(configuration: Cronofy.Configuration)
/** What the client was made with; the tokens change with each token request. */
readonly config: Cronofy.Configuration
/** Set \`api\` to the address of this API. */
readonly urls: { api: string }
/** Whether a notification was signed with your secret. The body has to be the text as it came. */
hmacValid(options: { hmac: string; body: string; client_secret?: string }): boolean`

const CONFIGURATION = `interface Configuration {
  client_id?: string
  client_secret?: string
  access_token?: string
  refresh_token?: string
}
/** What a promise is rejected with, or a callback gets, for an answer of 400 and above. */
interface RequestError extends Error {
  statusCode: number
  error: { url: string; entity: Failure | InvalidFields | OAuthFailure | '' }
}
type Callback<T> = (error: RequestError | null, answer?: T) => void`

function methodText(method: ClientMethod, document: OpenApiDocument): string {
  const operation = operationOf(method, document)
  const options = optionsType(method, operation, document)
  const answer = typeScriptOf(answerOf(operation))
  const optional = options.isOptional ? '?' : ''
  return [
    `/** ${operation.summary}. */`,
    `${method.name}(options${optional}: ${options.text}): Promise<${answer}>`,
    `${method.name}(options: ${options.text}, callback: Cronofy.Callback<${answer}>): void`,
  ].join('\n')
}

/** @throws Error when the registry has no such endpoint. */
function operationOf({ endpoint, name }: ClientMethod, { paths }: OpenApiDocument): Operation {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  const found = operations.find(({ operationId }) => operationId === endpoint)
  if (found === undefined) throw new Error(`${name} uses an endpoint that the registry does not have: ${endpoint}`)
  return found
}

/** What the endpoint takes in its path, its query and its body, all in one object. */
function optionsType(method: ClientMethod, operation: Operation, document: OpenApiDocument) {
  const { fixed = [], configured = [], needs = [], isPaged = false } = method
  const given = [...parametersOf(operation), ...bodyOf(operation, document)]
  const members = given
    .filter(({ name }) => !fixed.includes(name))
    .map((member) => ({ ...member, required: requires(member, { configured, needs }) }))
  const text = membersType([...members, ...(operation.security.length > 0 ? [ACCESS_TOKEN] : [])])
  return {
    isOptional: members.every(({ required }) => !required),
    text: isPaged ? `${text} | { next_page: string; access_token?: string }` : text,
  }
}

const requires = (
  member: Member,
  { configured, needs }: Required<Pick<ClientMethod, 'configured' | 'needs'>>,
): boolean => needs.includes(member.name) || (member.required && !configured.includes(member.name))

const ACCESS_TOKEN: Member = { name: 'access_token', schema: { type: 'string' }, required: false }

const parametersOf = ({ parameters }: Operation): readonly Member[] =>
  parameters
    .filter((parameter) => parameter.in !== 'header')
    .map(({ name, description, required, schema }) => ({
      name: name.replace('[]', ''),
      schema: { ...schema, ...(description !== undefined && { description }) },
      required,
    }))

function bodyOf({ requestBody }: Operation, { components }: OpenApiDocument): readonly Member[] {
  const schema = requestBody?.content['application/json'].schema ?? {}
  return membersOf(components.schemas[referredName(schema) ?? ''] ?? schema)
}

/** An answer without a body is an empty text. */
function answerOf({ responses }: Operation): JsonSchema {
  const [, response] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? []
  return Object.values(response?.content ?? {})[0]?.schema ?? { const: '' }
}
