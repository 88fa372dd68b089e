import * as z from 'zod'
import type { Endpoint } from './endpoint.ts'
import type { JsonSchema, SchemaCollection } from './json-schema.ts'

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

/** The parameters of an endpoint's path, query and headers. */
export function parametersOf({ params = {}, query, headers = {} }: Endpoint, schemas: SchemaCollection): Parameter[] {
  return [
    ...Object.entries(params).map(([name, schema]) => parameter('path', name, schema, schemas)),
    ...Object.entries(query?.shape ?? {}).map(([name, schema]) => parameter('query', name, schema, schemas)),
    ...Object.entries(headers).map(([name, { schema, description }]) => ({
      ...parameter('header', name, schema, schemas),
      description,
    })),
  ]
}

function parameter(
  where: Parameter['in'],
  name: string,
  schema: z.core.$ZodType,
  schemas: SchemaCollection,
): Parameter {
  const { description, ...json } = schemas.add(schema as z.ZodType, 'input')
  const isList = json.type === 'array' && !name.endsWith('[]')
  return {
    name: isList ? `${name}[]` : name,
    in: where,
    required: where === 'path' || !z.safeParse(schema, undefined).success,
    ...(description !== undefined && { description }),
    schema: json,
  }
}
