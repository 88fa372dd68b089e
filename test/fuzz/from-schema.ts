import * as fc from 'fast-check'
import type { JsonSchema } from '../../shared/api/reference/json-schema.ts'

/** Named values that the service knows, by the name of the member or parameter that they can stand in. */
export type Known = ReadonlyMap<string, readonly string[]>

type Schemas = Readonly<Record<string, JsonSchema>>

/** Makes values that fit JSON schemas of a document. */
export function createGenerator(schemas: Schemas, known: Known) {
  return { of }

  function of(schema: JsonSchema, name = ''): fc.Arbitrary<unknown> {
    const values = known.get(name)
    return values === undefined ? ofKind(schema, name) : fc.oneof(known8(values), ofKind(schema, name))
  }

  function ofKind(schema: JsonSchema, name: string): fc.Arbitrary<unknown> {
    if (schema.$ref !== undefined) return of(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, name)
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]))
    if (schema.anyOf && schema.type === undefined)
      return fc.oneof(...(schema.anyOf as JsonSchema[]).map((one) => of(one, name)))
    const { examples } = schema
    const fitting = ofType(schema, name)
    return examples === undefined ? fitting : fc.oneof(known8(examples as unknown[]), fitting)
  }

  function ofType(schema: JsonSchema, name: string): fc.Arbitrary<unknown> {
    if (schema.type === 'object') return objectOf(schema)
    if (schema.type === 'array') {
      const { minItems = 0, maxItems = 4 } = schema
      const items = of((schema.items as JsonSchema | undefined) ?? {}, name)
      return fc.array(items, { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) })
    }
    return simple(schema)
  }

  /** Members that one of several lists demands are there, and those of the other lists are not. */
  function objectOf({ properties = {}, required = [], oneOf, anyOf }: JsonSchema): fc.Arbitrary<unknown> {
    const choices = ((oneOf ?? anyOf ?? [{}]) as JsonSchema[]).map((one) => one.required ?? [])
    const all = choices.flat()
    const records = choices.map((chosen) => {
      const names = Object.keys(properties).filter((name) => chosen.includes(name) || !all.includes(name))
      const model = Object.fromEntries(names.map((name) => [name, of(properties[name] as JsonSchema, name)]))
      return fc.record(model, { requiredKeys: [...required, ...chosen].filter((name) => names.includes(name)) })
    })
    return fc.oneof(...records)
  }
}

/** Mostly these: fast-check draws by weight. */
const known8 = (values: readonly unknown[]) => ({ weight: 8, arbitrary: fc.constantFrom(...values) })

function simple(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { minimum = -100, maximum = 1000, minLength = 0, maxLength = 40, pattern } = schema
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'integer') return fc.integer({ min: minimum, max: maximum })
  if (schema.type === 'number') return fc.double({ min: minimum, max: maximum, noNaN: true })
  if (schema.type === 'null') return fc.constant(null)
  if (schema.type !== 'string') return fc.jsonValue()
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40), unit: 'grapheme' })
}
