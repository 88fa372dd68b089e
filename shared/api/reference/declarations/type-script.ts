import type { JsonSchema } from '../json-schema.ts'
import { itemOf, referredName } from '../page/type-text.ts'

/** A member of an object type. */
export interface Member {
  readonly name: string
  readonly schema: JsonSchema
  readonly required: boolean
}

/** A schema as a TypeScript type. Named schemas are types of the namespace `Cronofy`. */
export function typeScriptOf(schema: JsonSchema): string {
  const name = referredName(schema)
  if (name !== undefined) return `Cronofy.${name}`
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((choice) => JSON.stringify(choice)).join(' | ')
  if (schema.anyOf && schema.type === undefined) return union(schema.anyOf as JsonSchema[])
  if (schema.type === 'array') return `Array<${typeScriptOf(itemOf(schema))}>`
  if (schema.type === 'object') return objectType(schema)
  return SIMPLE[String(schema.type)] ?? 'unknown'
}

const SIMPLE: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

const union = (schemas: readonly JsonSchema[]): string => [...new Set(schemas.map(typeScriptOf))].join(' | ')

function objectType(schema: JsonSchema): string {
  const members = membersOf(schema)
  if (members.length > 0) return membersType(members)
  const { additionalProperties: values } = schema
  return typeof values === 'object'
    ? `Record<string, ${typeScriptOf(values as JsonSchema)}>`
    : 'Record<string, unknown>'
}

/** Of a union those of every alternative, needed where all of them need it. */
export function membersOf({ properties = {}, required = [], anyOf = [], type }: JsonSchema): readonly Member[] {
  if (type === undefined && anyOf.length > 0) return commonMembers((anyOf as JsonSchema[]).map(membersOf))
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema: schema as JsonSchema,
    required: required.includes(name),
  }))
}

function commonMembers(alternatives: readonly (readonly Member[])[]): readonly Member[] {
  const members = new Map(alternatives.flat().map((member) => [member.name, member]))
  const isNeeded = (name: string) => alternatives.every((all) => all.some((one) => one.name === name && one.required))
  return [...members.values()].map((member) => ({ ...member, required: isNeeded(member.name) }))
}

/** An object type, with what the schemas say as comments. */
export const membersType = (members: readonly Member[]): string =>
  `{\n${members.map(memberText).join('\n').replaceAll(/^/gm, '  ')}\n}`

function memberText({ name, schema, required }: Member): string {
  const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)
  const comment = schema.description === undefined ? '' : `/** ${schema.description.replaceAll('*/', '* /')} */\n`
  return `${comment}${key}${required ? '' : '?'}: ${typeScriptOf(schema)}`
}
