import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type * as z from 'zod'
import { DeleteBody, DeleteManyBody, ResponseBody, UpsertBody } from '../../../shared/api/change/bodies.ts'
import { parseDeleteMany } from '../../../shared/api/change/delete-many.ts'
import { parseEventName } from '../../../shared/api/change/event-name.ts'
import { parseResponse, parseUpsert } from '../../../shared/api/change/wanted.ts'

type Fields = Readonly<Record<string, unknown>>

const UID = `evt_external_${'k'.repeat(22)}`
const CALENDAR = `cal_${'c'.repeat(22)}`
const NEW = { event_id: 'fa-1', summary: 'Board', start: '2026-11-20T09:00:00Z', end: '2026-11-20T10:00:00Z' }

const NAMES = Object.keys(UpsertBody.shape).filter((name) => !Object.hasOwn(NEW, name))
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('true', 'False', 'opaque', '#49BED8', 'https://a.example', 'Europe/Copenhagen', null, true, []),
  fc.constantFrom({ description: 'A' }, { description: '', lat: 1, long: '2' }, { profile_id: 'none' }),
  fc.constantFrom([{ minutes: 5 }], { invite: [{ email: 'a@b.example' }] }, { rules: [] }),
  fc.constantFrom(
    { rules: [{ frequency: 'weekly', by_day: 'friday' }] },
    { rules: [{ frequency: 'daily', count: 2 }] },
  ),
)
const upserts = fc
  .dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 3 })
  .map((fields): Fields => ({ ...NEW, ...fields }))
const deletions = fc.dictionary(
  fc.constantFrom('event_id', 'event_uid', 'delete_all', 'calendar_ids', 'status'),
  fc.oneof(fc.jsonValue(), fc.constantFrom(UID, CALENDAR, [CALENDAR], 'a', true, 'True', 'accepted')),
)

const accepts = (parse: (fields: Fields) => unknown, fields: Fields): boolean => {
  try {
    parse(fields)
    return true
  } catch {
    return false
  }
}

test.each<[string, z.ZodType, (fields: Fields) => unknown, fc.Arbitrary<Fields>]>([
  ['an upsert', UpsertBody, parseUpsert, upserts],
  ['a deletion', DeleteBody, parseEventName, deletions],
  ['a bulk deletion', DeleteManyBody, parseDeleteMany, deletions],
  ['an answer to an invitation', ResponseBody, parseResponse, deletions],
])('the schema of the reference takes %s that is accepted', (_, schema, parse, bodies) => {
  let accepted = 0
  fc.assert(
    fc.property(bodies, (fields) => {
      if (!accepts(parse, fields)) return
      accepted += 1
      expect(schema.safeParse(fields).error).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
  expect(accepted).toBeGreaterThan(50)
})
