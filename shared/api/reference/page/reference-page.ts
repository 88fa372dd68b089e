import { html } from 'hono/html'
import type { Markup } from '../../page.ts'
import type { ApiResponse } from '../../response.ts'
import type { OpenApiDocument, Operation } from '../document.ts'
import type { JsonSchema } from '../json-schema.ts'
import { docsPage } from './layout.ts'
import { anchorOf, jsonBlock, prose, schemaAnchor } from './markup.ts'
import { operationView } from './operation-view.ts'
import { schemaView } from './schema-view.ts'

interface Placed {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** `GET /docs`: the OpenAPI document for people. */
export function referencePage(document: OpenApiDocument): Promise<ApiResponse> {
  const { info, servers, tags, components } = document
  const server = servers[0]?.url ?? ''
  const operations = operationsOf(document)
  const inGroup = (name: string) => operations.filter(({ operation }) => operation.tags.includes(name))
  return docsPage({
    title: 'API reference',
    current: '/docs',
    contents: contentsOf(
      tags.map(({ name }) => ({ name, operations: inGroup(name) })),
      Object.keys(components.schemas),
    ),
    content: html`<h1>API reference</h1>
<p>${prose(info.description)}</p>
<p>New here? <a href="/docs/getting-started">Getting started</a> goes through all of it once. The address is <code>${server}</code>.</p>
${tags.map(({ name, description }) => groupView(name, description, { operations: inGroup(name), server, schemas: components.schemas }))}
<section><h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(([name, schema]) => namedSchema(name, schema))}
</section>`,
  })
}

const operationsOf = ({ paths }: OpenApiDocument): readonly Placed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )

interface GroupParts {
  readonly operations: readonly Placed[]
  readonly server: string
  readonly schemas: OpenApiDocument['components']['schemas']
}

const groupView = (name: string, description: string, { operations, server, schemas }: GroupParts): Markup =>
  html`<section class="group">
<h2 id="${anchorOf(name)}">${name}</h2>
<p>${prose(description)}</p>
${operations.map(({ operation, ...place }) => operationView(operation, { ...place, server, schemas }))}
</section>`

function namedSchema(name: string, schema: JsonSchema): Markup {
  const [example] = (schema.examples as unknown[] | undefined) ?? []
  const isObject = schema.properties !== undefined
  return html`<section class="schema"><h3 id="${schemaAnchor(name)}">${name}</h3>
${schema.description === undefined ? '' : html`<p>${prose(schema.description)}</p>`}
${schemaView(schema)}
${isObject && example !== undefined ? jsonBlock(`Example of ${name}`, example) : ''}
</section>`
}

interface Contents {
  readonly name: string
  readonly operations: readonly Placed[]
}

const contentsOf = (groups: readonly Contents[], schemas: readonly string[]): Markup =>
  html`<ul>
${groups.map(
  ({ name, operations }) => html`<li><a href="#${anchorOf(name)}">${name}</a><ul>
${operations.map(({ operation }) => html`<li><a href="#${anchorOf(operation.operationId)}">${operation.summary}</a></li>`)}
</ul></li>`,
)}
<li><a href="#schemas">Schemas</a><ul>${schemas.map((name) => html`<li><a href="#${schemaAnchor(name)}">${name}</a></li>`)}</ul></li>
</ul>`
