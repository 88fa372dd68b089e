import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { FaultSchema } from '../../infra/local/microsoft365/graph/faults.ts'

/** Each fault with its meaning, as FAULTS.md tells them; lists and groups with what stands in them. */
function rowsOf(shape: z.core.$ZodShape, prefix = ''): string[] {
  return Object.entries(shape).flatMap(([name, given]) => {
    const type = given as z.ZodType
    const path = `${prefix}${name}`
    if (type instanceof z.ZodObject) return rowsOf(type.shape, `${path}.`)
    const own = [`| \`${path}\` | ${type.description} |`]
    if (!(type instanceof z.ZodArray)) return own
    const { element } = type
    const options = element instanceof z.ZodUnion ? element.options : [element]
    const objects = options.filter((each) => each instanceof z.ZodObject)
    return [...own, ...new Set(objects.flatMap(({ shape }) => rowsOf(shape, `${path}[].`)))]
  })
}

test('FAULTS.md has a line for each fault of the schema, with the meaning it has there', async () => {
  const text = await readFile(new URL('../../infra/local/microsoft365/FAULTS.md', import.meta.url), 'utf8')
  expect(text.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rowsOf(FaultSchema.shape))
})

test('each fault of the schema has a meaning', () => {
  expect(rowsOf(FaultSchema.shape).filter((row) => row.includes('undefined'))).toEqual([])
})
