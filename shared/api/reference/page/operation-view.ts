import { html } from 'hono/html'
import type { Markup } from '../../page.ts'
import type { Operation } from '../document.ts'
import type { JsonSchema } from '../json-schema.ts'
import type { Parameter } from '../parameters.ts'
import { answersView } from './answers-view.ts'
import { curlOf } from './curl.ts'
import { anchorOf, codeBlock, prose } from './markup.ts'
import { fieldList, schemaView } from './schema-view.ts'
import { referredName, typeText } from './type-text.ts'

export interface Place {
  readonly method: string
  readonly path: string
  readonly server: string
  readonly schemas: Schemas
}

type Schemas = Readonly<Record<string, JsonSchema>>

const WHERE = { path: 'In the path', query: 'In the query', header: 'Headers' } as const

export function operationView(operation: Operation, place: Place): Markup {
  const { operationId, summary, description, security, parameters, requestBody, responses } = operation
  const { method, path, schemas } = place
  return html`<section class="operation" id="${anchorOf(operationId)}">
<h3 id="${anchorOf(operationId)}-title">${summary}</h3>
<p class="call"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></p>
${description === undefined ? '' : html`<p>${prose(description)}</p>`}
${scopesView(security)}
${parameterLists(parameters)}
${requestBody === undefined ? '' : html`<h4>Body</h4>${bodyView(requestBody.content['application/json'].schema, schemas)}`}
<h4>Request</h4>
${codeBlock(`Request to ${summary.toLowerCase()}`, 'sh', curlOf(operation, place))}
<h4>Answers</h4>
${answersView(responses, summary)}
</section>`
}

function scopesView(security: Operation['security']): Markup | '' {
  if (security.length === 0) return ''
  const scopes = security.flatMap(({ token }) => token)
  if (scopes.length === 0) return html`<p class="quiet">Needs an access token.</p>`
  const list = scopes.map((scope) => `\`${scope}\``).join(', ')
  return html`<p class="quiet">Needs an access token with ${scopes.length > 1 ? 'any of the scopes' : 'the scope'} ${prose(list)}.</p>`
}

const parameterLists = (parameters: readonly Parameter[]): readonly (Markup | '')[] =>
  (['path', 'query', 'header'] as const).map((where) => {
    const found = parameters.filter((parameter) => parameter.in === where)
    return found.length === 0 ? '' : html`<h4>${WHERE[where]}</h4>${fieldList(found)}`
  })

/** A named schema is shown here too, folded, so that nobody has to go there and back. */
function bodyView(schema: JsonSchema, schemas: Schemas): Markup {
  const named = schemas[referredName(schema) ?? '']
  if (named === undefined) return schemaView(schema)
  return html`<p>${typeText(schema)}</p><details><summary>Members</summary>${schemaView(named)}</details>`
}
