import { html } from 'hono/html'
import type { Markup } from '../../page.ts'
import type { JsonSchema } from '../json-schema.ts'
import { schemaAnchor } from './markup.ts'

const REFERENCE = '#/components/schemas/'

/** The name of the schema that is referred to. */
export const referredName = ({ $ref }: JsonSchema): string | undefined => $ref?.replace(REFERENCE, '')

/** What may stand in a place, in words: `string`, `list of Event`, `string or null`. */
export function typeText(schema: JsonSchema): Markup {
  const name = referredName(schema)
  if (name !== undefined) return html`<a href="#${schemaAnchor(name)}">${name}</a>`
  if (schema.anyOf) return joined((schema.anyOf as JsonSchema[]).map(typeText))
  if (schema.const !== undefined) return html`<code>${String(schema.const)}</code>`
  if (schema.type === 'array') return html`list of ${typeText(itemOf(schema))}`
  if (isMap(schema)) return html`object of ${typeText(schema.additionalProperties as JsonSchema)} by name`
  return html`${schema.type ?? 'anything'}`
}

const joined = (parts: readonly Markup[]): Markup =>
  html`${parts.map((part, at) => html`${at > 0 ? ' or ' : ''}${part}`)}`

export const itemOf = ({ items }: JsonSchema): JsonSchema => (items as JsonSchema | undefined) ?? {}

const isMap = ({ type, additionalProperties }: JsonSchema): boolean =>
  type === 'object' && typeof additionalProperties === 'object'

/** What else is demanded of a value. */
export function limitTexts(schema: JsonSchema): readonly string[] {
  const { enum: choices, minLength, maxLength, minimum, maximum, minItems, maxItems, default: preset } = schema
  return [
    choices && `one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`,
    minLength !== undefined && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && `at most ${maximum}`,
    minItems !== undefined && `at least ${minItems} entries`,
    maxItems !== undefined && `at most ${maxItems} entries`,
    preset !== undefined && JSON.stringify(preset) !== '[]' && `\`${JSON.stringify(preset)}\` when absent`,
  ].filter((text) => typeof text === 'string')
}
