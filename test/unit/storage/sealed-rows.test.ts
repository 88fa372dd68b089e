import { beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { asSyncError } from '../../../shared/core/errors.ts'
import type { LogFacts } from '../../../shared/core/log.ts'
import type { Envelope, KeyOwner } from '../../../shared/crypto/ports.ts'
import { PROPERTY_MAX_BYTES } from '../../../shared/storage/limits.ts'
import { AFTER_EVERY_ROW, quarantine } from '../../../shared/storage/quarantine.ts'
import { createSealedRows, type SealedKind } from '../../../shared/storage/sealed-rows.ts'
import type { Properties, StoredRow } from '../../../shared/storage/table.ts'
import { createKeyWorld } from '../../support/crypto.ts'

const Note = z.object({ text: z.string(), pages: z.number().default(1) })
type Note = z.infer<typeof Note>

const owner: KeyOwner = { kind: 'account', account: 'account' }
const { instance, tables } = createKeyWorld()
let envelope: Envelope
let notes: SealedKind<Note>
beforeAll(async () => {
  envelope = instance().envelope
  await envelope.ensureAccountKey('account')
  notes = createSealedRows({ envelope }).kind({ name: 'note', table: 'accounts', schema: Note, version: 1 })
})

const row = (properties: Properties, rowKey = 'r'): StoredRow => ({ partitionKey: 'p', rowKey, etag: 'e', properties })
const encode = (note: Note) => notes.encode(owner, 'p', 'r', note)

test('a value comes back, and nothing of it is in the properties', async () => {
  const properties = await encode({ text: 'board meeting ø', pages: 2 })
  expect(Object.keys(properties).sort()).toEqual(['b0', 'v'])
  expect(JSON.stringify(properties)).not.toContain('meeting')
  expect(Buffer.from(properties['b0'] as Uint8Array).includes('meeting')).toBe(false)
  expect(await notes.decode(owner, row(properties))).toEqual({ text: 'board meeting ø', pages: 2 })
})

test('a long value is spread over properties of at most 64 KiB', async () => {
  const note = { text: 'x'.repeat(3 * PROPERTY_MAX_BYTES), pages: 1 }
  const properties = await encode(note)
  expect(Object.keys(properties).sort()).toEqual(['b0', 'b1', 'b2', 'b3', 'v'])
  await expect(
    tables.table('accounts').commit('p', [{ kind: 'insert', rowKey: 'r', properties }]),
  ).resolves.toBeDefined()
  expect(await notes.decode(owner, row(properties))).toEqual(note)
})

test('a value that does not fit into a row is refused with a code that says so', async () => {
  const refused = encode({ text: 'x'.repeat(1024 * 1024), pages: 1 })
  await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED', facts: { kind: 'note' } })
})

test('plain properties beside the sealed ones do no harm', async () => {
  const properties = await encode({ text: 'a', pages: 1 })
  expect(await notes.decode(owner, row({ ...properties, due: 5 }))).toEqual({ text: 'a', pages: 1 })
})

test('a field that old rows lack takes its default', async () => {
  const Old = z.object({ text: z.string() })
  const old = createSealedRows({ envelope }).kind({ name: 'note', table: 'accounts', schema: Old, version: 1 })
  const properties = await old.encode(owner, 'p', 'r', { text: 'a' })
  expect(await notes.decode(owner, row(properties))).toEqual({ text: 'a', pages: 1 })
})

test.each<{ what: string; change: (properties: Properties) => Properties; rowKey?: string }>([
  { what: 'another version', change: (properties) => ({ ...properties, v: 2 }) },
  { what: 'no sealed property', change: ({ v = 1 }) => ({ v }) },
  { what: 'text for bytes', change: (properties) => ({ ...properties, b0: 'text' }) },
  { what: 'more bytes', change: (properties) => ({ ...properties, b1: new Uint8Array(1) }) },
  { what: 'another row key', change: (properties) => properties, rowKey: 'secret name' },
])('a row with $what is corrupt and the error names no key', async ({ change, rowKey = 'r' }) => {
  const changed = row(change(await encode({ text: 'a', pages: 1 })), rowKey)
  const error = await notes.decode(owner, changed).catch(asSyncError)
  expect(error).toMatchObject({ code: 'ROW_CORRUPT', facts: { table: 'accounts', kind: 'note' } })
  expect(JSON.stringify(error)).not.toContain('secret name')
})

test('an authentic row that does not match the schema is corrupt', async () => {
  const Other = z.object({ other: z.number() })
  const others = createSealedRows({ envelope }).kind({ name: 'other', table: 'accounts', schema: Other, version: 1 })
  const properties = await others.encode(owner, 'p', 'r', { other: 1 })
  await expect(notes.decode(owner, row(properties))).rejects.toMatchObject({ code: 'ROW_CORRUPT' })
})

test('a failure of the keys is passed on and does not look like a corrupt row', async () => {
  const properties = await encode({ text: 'a', pages: 1 })
  const stranger: KeyOwner = { kind: 'account', account: 'stranger' }
  await expect(notes.decode(stranger, row(properties))).rejects.toMatchObject({ code: 'KEY_MISSING' })
})

test('K1: a corrupt row is copied and logged once, stays where it is, and is met by no range', async () => {
  const table = tables.table('accounts')
  const lines: [string, LogFacts | undefined][] = []
  const damaged = { ...(await encode({ text: 'a', pages: 1 })), b0: new Uint8Array(150) }
  await table.commit('q', [{ kind: 'insert', rowKey: 'r', properties: damaged }])
  const stored = (await table.get('q', 'r')) ?? row({})
  const error = asSyncError(await notes.decode(owner, stored).catch((failure: unknown) => failure))
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await quarantine(table, stored, error, (_level, event, facts) => lines.push([event, facts]))
  }

  expect(lines).toMatchObject([['row-quarantined', { code: 'ROW_CORRUPT', table: 'accounts', kind: 'note' }]])
  const keysBefore = async (end: string) => {
    const keys: string[] = []
    for await (const page of table.range('q', '', end)) keys.push(...page.map(({ rowKey }) => rowKey))
    return keys
  }
  expect(await keysBefore('~')).toEqual(['r'])
  expect(await keysBefore(AFTER_EVERY_ROW)).toEqual(['r', expect.stringMatching(/^~quarantine-r\.[\w-]{8}$/)])
})
