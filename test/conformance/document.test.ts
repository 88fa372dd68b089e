import { expect, test } from 'vitest'
import { type FoundOperation, readDocument } from './document.ts'
import { judge } from './judge.ts'
import type { Exchange } from './recorder.ts'

const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const list = { type: 'object', required: ['value'], properties: { value: { type: 'array', items: ref('shelf') } } }
const shelf = { properties: { label: { type: 'string' }, size: ref('size') } }

/** A document of our own in the style of Graph's: components inherit, and nothing in it says what is forbidden. */
const document = readDocument({
  openapi: '3.1.0',
  paths: {
    '/me/shelves': {
      get: {
        parameters: [{ name: '$top', in: 'query' }],
        responses: { 200: json(list), default: json(ref('failure')) },
      },
      post: { requestBody: { required: true, ...json(ref('shelf')) }, responses: { 201: json(ref('shelf')) } },
    },
    '/me/shelves/{shelfId}': { delete: { responses: { 204: {}, default: json(ref('failure')) } } },
  },
  components: {
    schemas: {
      entity: { type: 'object', properties: { id: { type: 'string' } } },
      shelf: { allOf: [ref('entity'), { type: 'object', ...shelf }] },
      size: { type: 'object', properties: { width: { type: 'integer' } } },
      failure: { type: 'object', required: ['error'], properties: { error: { type: 'object' } } },
    },
  },
})

const exchange = (change: Partial<Exchange>): Exchange => ({
  source: 'product',
  method: 'GET',
  path: '/me/shelves',
  query: new URLSearchParams(),
  requestHeaders: new Headers(),
  requestBody: undefined,
  status: 200,
  contentType: 'application/json',
  body: { value: [] },
  ...change,
})

const differences = (change: Partial<Exchange>) =>
  judge(document, exchange(change)).differences.map(({ side, what }) => `${side}: ${what}`)

test('what the document says is no difference', () => {
  const value = [{ '@odata.etag': '1', id: 'a', label: 'top', size: { width: 3 } }]
  expect(differences({ query: new URLSearchParams('$top=1'), body: { '@odata.count': 1, value } })).toEqual([])
  expect(differences({ method: 'DELETE', path: '/me/shelves/a', status: 204, body: undefined })).toEqual([])
  expect(differences({ status: 404, body: { error: {} } })).toEqual([])
})

test.each([
  ['a property of another type', { value: [{ label: 7 }] }, '/value/*/label must be string'],
  ['a property nobody named', { value: [{ colour: 'red' }] }, '/value/* must NOT have unevaluated properties colour'],
  ['one of them deep inside', { value: [{ size: { x: 1 } }] }, '/value/*/size must NOT have unevaluated properties x'],
  ['no list', {}, "/ must have required property 'value'"],
])('an answer with %s differs', (_, body, what) => {
  expect(differences({ body })).toEqual([`answer: ${what}`])
})

test.each<[string, Partial<Exchange>, string]>([
  ['an unknown operation', { method: 'PUT' }, 'request: the document has no such operation'],
  ['another case', { path: '/ME/shelves' }, 'request: the path is in another case'],
  [
    'an unknown parameter',
    { query: new URLSearchParams('$skip=1') },
    'request: the query parameter $skip is not documented',
  ],
  ['an unknown header', { requestHeaders: new Headers({ 'x-y': '1' }) }, 'request: the header x-y is not documented'],
  ['a body where none belongs', { requestBody: {} }, 'request: a body is not documented'],
  ['no body', { method: 'POST', status: 201, body: {} }, 'request: the body is missing'],
  ['an unknown success', { status: 206 }, 'answer: the status 206 is not documented'],
  ['another content type', { contentType: 'text/html' }, 'answer: the content type is text/html'],
  ['a failure of another shape', { status: 500 }, "answer: / must have required property 'error'"],
])('an exchange with %s differs', (_, change, what) => {
  expect(differences(change)).toContain(what)
})

test('an operation is found by its template', () => {
  const found: FoundOperation | undefined = document.find('DELETE', '/me/shelves/a=b')
  expect(found?.key).toBe('DELETE /me/shelves/{shelfId}')
})
