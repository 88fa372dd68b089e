import { html } from 'hono/html'
import type { Markup } from '../../page.ts'
import type { JsonSchema } from '../json-schema.ts'
import { prose } from './markup.ts'
import { itemOf, limitTexts, referredName, typeText } from './type-text.ts'

/** One named value: a member of an object, or a parameter. */
export interface Field {
  readonly name: string
  readonly schema: JsonSchema
  readonly required: boolean
  readonly description?: string | undefined
}

/** The members of an object, or in a few words what else a schema is. */
export function schemaView(schema: JsonSchema): Markup {
  const fields = fieldsOf(schema)
  return fields.length === 0 ? html`<p>${typeText(schema)}${limitsOf(schema)}</p>` : fieldList(fields)
}

export const fieldList = (fields: readonly Field[]): Markup =>
  html`<ul class="fields">
${fields.map((field) => html`<li>${fieldView(field)}</li>`)}
</ul>`

const fieldsOf = ({ properties = {}, required = [] }: JsonSchema): readonly Field[] =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    schema: schema as JsonSchema,
    required: required.includes(name),
    description: (schema as JsonSchema).description,
  }))

function fieldView({ name, schema, required, description }: Field): Markup {
  const [example] = (schema.examples as unknown[] | undefined) ?? []
  return html`<p class="field"><code class="name">${name}</code> <span class="type">${typeText(schema)}</span>${
    required ? html` <span class="required">required</span>` : ''
  }</p>
${description === undefined ? '' : html`<p>${prose(description)}</p>`}
${limitsOf(schema)}
${example === undefined ? '' : html`<p class="quiet">Example: <code>${typeof example === 'string' ? example : JSON.stringify(example)}</code></p>`}
${inner(schema).map(([title, one]) => html`<details><summary>${title} of <code>${name}</code></summary>${schemaView(one)}</details>`)}`
}

/** Objects that have no name of their own are shown where they stand. */
function inner(schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  if (referredName(schema) !== undefined) return []
  if (schema.type === 'array') return inner(itemOf(schema)).map(([, one]) => ['Members of an entry', one])
  if (schema.anyOf) return (schema.anyOf as JsonSchema[]).flatMap(inner).slice(0, 1)
  if (typeof schema.additionalProperties === 'object') return inner(schema.additionalProperties as JsonSchema)
  return fieldsOf(schema).length > 0 ? [['Members', schema]] : []
}

function limitsOf(schema: JsonSchema): Markup | '' {
  const of = schema.type === 'array' ? [...limitTexts(schema), ...limitTexts(itemOf(schema))] : limitTexts(schema)
  const any = (schema.anyOf as JsonSchema[] | undefined)?.flatMap(limitTexts) ?? []
  const texts = [...new Set([...of, ...any])]
  return texts.length === 0 ? '' : html`<p class="quiet">${prose(texts.join('; '))}</p>`
}
