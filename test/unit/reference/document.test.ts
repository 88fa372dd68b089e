import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { openApiDocument } from '../../../shared/api/reference/document.ts'
import { readOpenApi } from '../../../shared/api/reference/reference.ts'

const document = openApiDocument('https://sync.example')

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  expect(await validator.validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

test('every reference in the document leads to a schema, and every schema is referred to', () => {
  const referred = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  expect([...new Set(referred)].sort()).toEqual(Object.keys(document.components.schemas).sort())
})

test('every schema of the document is valid JSON Schema, and its examples fit it', () => {
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  ajv.addSchema(document, 'document')
  for (const [name, { examples = [] }] of Object.entries(document.components.schemas)) {
    const validate = ajv.getSchema(`document#/components/schemas/${name}`)
    for (const example of examples as unknown[]) expect(validate?.(example), name).toBe(true)
  }
})

test('the document may be kept and may be read by pages of any origin', async () => {
  const { headers } = await readOpenApi('https://sync.example')
  expect(headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=3600' })
})
