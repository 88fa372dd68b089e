import * as z from 'zod'

/** A schema of JSON Schema 2020-12, which is what OpenAPI 3.1 has. @see https://spec.openapis.org/oas/v3.1.1#schema-object */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/** Whether a schema is that of what we read, or of what we write. */
export type Direction = 'input' | 'output'

/** Turns zod schemas into those of one document. Schemas with an id are collected, and referred to by it. */
export interface SchemaCollection {
  readonly named: Readonly<Record<string, JsonSchema>>
  /** @throws Error when two different schemas have one id. */
  add(schema: z.ZodType, direction: Direction): JsonSchema
}

export function createSchemaCollection(): SchemaCollection {
  const named: Record<string, JsonSchema> = {}
  return { named, add }

  function add(schema: z.ZodType, direction: Direction): JsonSchema {
    const { $schema: _, $defs = {}, ...own } = convert(schema, direction)
    for (const [id, definition] of Object.entries($defs)) keep(id, relocated(definition as JsonSchema))
    return relocated(own)
  }

  function keep(id: string, schema: JsonSchema): void {
    const known = named[id]
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`two schemas are called ${id}`)
    named[id] = schema
  }
}

const convert = (schema: z.ZodType, direction: Direction): JsonSchema =>
  z.toJSONSchema(schema, {
    io: direction,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      dropDefaults(jsonSchema)
      offerOther(jsonSchema, direction)
    },
  })

/** What zod adds and says nothing to a reader, and two words for a union; members that a schema does not name are always possible. */
function dropDefaults(schema: JsonSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  const { additionalProperties: others } = schema
  if (others === false || (typeof others === 'object' && Object.keys(others).length === 0))
    delete schema.additionalProperties
  // A union of objects that one member tells apart.
  if (schema.oneOf && schema.type === undefined) {
    schema.anyOf = schema.oneOf
    delete schema.oneOf
  }
}

/** `.meta({ also })` names a second form of what a preprocessing reads: one value in place of a list of them. */
function offerOther(schema: JsonSchema & { also?: z.ZodType }, direction: Direction): void {
  const { also, description, default: preset, ...first } = schema
  if (also === undefined) return
  delete schema.also
  if (direction === 'output') return
  const { $schema: _, ...second } = convert(also, direction)
  for (const name of Object.keys(schema)) delete schema[name]
  const forms = Array.isArray(second.anyOf) ? second.anyOf : [second]
  Object.assign(schema, {
    ...(description !== undefined && { description }),
    anyOf: [first, ...forms],
    ...(preset !== undefined && { default: preset }),
  })
}

const relocated = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema
