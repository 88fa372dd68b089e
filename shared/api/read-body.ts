import type * as z from 'zod'
import type { Fields } from './change/fields.ts'
import type { Findings } from './findings.ts'

/**
 * The fields of a body as the schema of an object reads them. A null counts as not sent.
 * @throws ValidationError naming every bad field, also those that were noted before.
 */
export function readBody<S extends z.ZodObject>(schema: S, fields: Fields, findings: Findings): z.output<S> {
  const sent = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
  for (const [name, field] of Object.entries(schema.shape)) findings.read(name, field as z.ZodType, sent[name])
  findings.end()
  return schema.parse(sent)
}
