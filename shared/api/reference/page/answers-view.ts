import { html } from 'hono/html'
import type { Markup } from '../../page.ts'
import type { Operation } from '../document.ts'
import { jsonBlock, prose } from './markup.ts'
import { schemaView } from './schema-view.ts'
import { typeText } from './type-text.ts'

type Responses = Operation['responses']

/** The answers of an operation; those to what went wrong are folded. */
export function answersView(responses: Responses, summary: string): Markup {
  const all = Object.entries(responses)
  const [good, bad] = [all.filter(([status]) => status < '400'), all.filter(([status]) => status >= '400')]
  const list = (answers: typeof all) =>
    html`<ul class="answers">${answers.map(([status, response]) => answerView(status, response, summary))}</ul>`
  if (bad.length === 0) return list(good)
  const statuses = bad.map(([status]) => status).join(', ')
  return html`${list(good)}<details><summary>Failures: ${statuses}</summary>${list(bad)}</details>`
}

function answerView(status: string, { description, headers, content }: Responses[string], summary: string): Markup {
  const own = Object.entries(headers).filter(([name]) => name !== 'x-request-id')
  const [type, { schema, example }] = Object.entries(content ?? {})[0] ?? [
    '',
    { schema: undefined, example: undefined },
  ]
  return html`<li><p><strong class="status s${status[0] ?? ''}">${status}</strong> ${prose(description)}
${schema === undefined ? '' : html`<span class="type">${type === 'application/json' ? typeText(schema) : type}</span>`}</p>
${own.map(([name, header]) => html`<p class="quiet"><code>${name}</code> ${prose(header.description)}</p>`)}
${schema?.properties === undefined ? '' : html`<details><summary>Members</summary>${schemaView(schema)}</details>`}
${example === undefined ? '' : html`<details><summary>Example</summary>${jsonBlock(`Answer ${status} to ${summary.toLowerCase()}`, example)}</details>`}
</li>`
}
