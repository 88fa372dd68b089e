import { gunzipSync, gzipSync } from 'node:zlib'
import * as z from 'zod'
import { type Manifest, readManifest, signedManifest } from '../../../../shared/backup/manifest.ts'
import { lineOf, rowsIn } from '../../../../shared/backup/rows.ts'
import { isFailure } from '../../../../shared/core/errors.ts'
import { epochMs } from '../../../../shared/core/time.ts'
import { createBlindIndex } from '../../../../shared/crypto/blind-index.ts'
import { openBox, sealBox } from '../../../../shared/crypto/box.ts'
import { canonical } from '../../../../shared/crypto/canonical.ts'
import { openBundle, sealBundle } from '../../../../shared/crypto/key-bundle.ts'
import { SHARDS } from '../../../../shared/crypto/key-id.ts'
import { createLedger } from '../../../../shared/storage/ledger/ledger.ts'
import type { StoredRow } from '../../../../shared/storage/table.ts'
import { createMemoryTables } from '../../../support/memory-tables.ts'
import { createMemoryVault } from '../../../support/memory-vault.ts'
import { accepted, CANARY, holds, holdsData, jsonOf, type ParserTarget } from '../target.ts'

const KEY = { id: new Uint8Array(16).fill(1), secret: new Uint8Array(32).fill(2) }
const CONTEXT = canonical('fuzz', 'accounts', 'row')
const BOX = sealBox(KEY, new Uint8Array(32).fill(3), CONTEXT, Buffer.from(`{"subject":"${CANARY}"}`))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A check that nothing opens but these bytes; all else has to be a corrupt row. */
function opensOnly(sealed: Uint8Array, open: (bytes: Uint8Array) => unknown): ParserTarget['check'] {
  return (input) => {
    const bytes = Buffer.from(input, 'hex')
    try {
      open(bytes)
    } catch (error) {
      if (isFailure(error, 'ROW_CORRUPT')) return
      throw error
    }
    holds(bytes.equals(sealed), 'something opens that was not sealed')
  }
}

const box: ParserTarget = {
  name: 'sealed-row',
  property: 'nothing opens but what was sealed; all else is a corrupt row, never an absent one',
  seeds: [hex(BOX)],
  words: ['00', 'ff', '01', '0001'],
  check: opensOnly(BOX, (bytes) => openBox(KEY, CONTEXT, bytes)),
}

const ROW = {
  partitionKey: 'acc_a',
  rowKey: 'state.head',
  properties: { sealed: new Uint8Array(BOX), version: 3, on: true },
}

const backup: ParserTarget = {
  name: 'backup-rows',
  property: 'the rows of a backup are read as they were written, or not at all',
  seeds: [lineOf(ROW), lineOf(ROW).repeat(3)],
  words: ['bytes', '\n', '{"bytes":"AA=="}'],
  async check(input) {
    const rows = await rowsIn(gzipSync(input)).catch((error: unknown) => {
      holds(error instanceof z.ZodError || error instanceof SyntaxError, String(error))
      return undefined
    })
    if (rows === undefined) return
    const written = rows.map(lineOf).join('')
    const again = (await rowsIn(gzipSync(written))).map(lineOf).join('')
    holds(written === again, 'a row changes when it is written')
  },
}

const packed: ParserTarget = {
  name: 'backup-file',
  property: 'a file that is no backup is refused',
  seeds: [gzipSync(lineOf(ROW)).toString('latin1')],
  async check(input) {
    const bytes = Buffer.from(input, 'latin1')
    const rows = await rowsIn(bytes).catch(() => undefined)
    if (rows !== undefined)
      holds(gunzipSync(bytes).toString().split('\n').length === rows.length + 1, 'rows are made up')
  },
}

const vault = createMemoryVault({ modulusLength: 2048 })
const FACTS: Manifest = { version: 1, id: '20261121T140003Z', environment: 'fuzz', files: [] }
const SIGNED = new TextDecoder().decode(await signedManifest(vault, FACTS))

const manifest: ParserTarget = {
  name: 'backup-manifest',
  property: 'no manifest is taken but one that the vault signed',
  seeds: [SIGNED],
  async check(input) {
    const store = { read: async () => new TextEncoder().encode(input) } as never
    const read = await accepted(() => readManifest({ store, vault, environment: 'fuzz' }, FACTS.id))
    holds(read === undefined || read.id === FACTS.id, 'it is of another backup')
    if (read !== undefined) holds(JSON.parse(input).manifest === JSON.parse(SIGNED).manifest, 'it was not signed')
  },
}

const BUNDLE = { shards: Array.from({ length: SHARDS }, () => KEY), root: KEY }
const SEALED_BUNDLE = sealBundle({ bytes: (length) => new Uint8Array(length).fill(9) }, 'fuzz', KEY, BUNDLE)

const bundle: ParserTarget = {
  name: 'key-bundle',
  property: 'no keys are taken but those that were sealed',
  seeds: [hex(SEALED_BUNDLE)],
  words: ['00', 'ff', '01', '0001'],
  check: opensOnly(SEALED_BUNDLE, (bytes) => openBundle('fuzz', KEY, bytes)),
}

const blind = createBlindIndex(new Uint8Array(32).fill(7))

/** The rows of a ledger with one erasure, one grant and one organisation. */
async function notedRows(): Promise<readonly StoredRow[]> {
  const tables = createMemoryTables()
  const noted = createLedger(tables, blind)
  const now = epochMs(Date.UTC(2026, 10, 20))
  await noted.erase('acc_a', now)
  await noted.revoke([{ account: 'a', id: 'g' }], now)
  await noted.uninstall('org_o', now)
  return tables.rows('ledger').filter(({ rowKey }) => rowKey.startsWith('entry.'))
}

const NOTED = await notedRows()
const textOf = ({ properties }: StoredRow): string => JSON.stringify(properties)

const ledger: ParserTarget = {
  name: 'ledger-entries',
  property: 'nobody is erased by an entry but one that we wrote, in its place',
  seeds: NOTED.map(textOf),
  words: ['account', 'organisation', 'partition', 'id', 'proof', 'acc_b', 'acc_a'],
  async check(input) {
    const [place] = NOTED
    const properties = jsonOf(input)
    if (place === undefined || typeof properties !== 'object' || properties === null) return
    const tables = createMemoryTables()
    tables.overwrite('ledger', { ...place, properties: properties as StoredRow['properties'] })
    for await (const page of createLedger(tables, blind).entries())
      for (const entry of page) {
        if (entry.kind === 'forged') continue
        holdsData(entry)
        const ours = JSON.parse(textOf(place)) as Record<string, unknown>
        const { account, at } = properties as Record<string, unknown>
        holds(account === ours['account'] && Number(at) === ours['at'], 'an entry is taken that we did not write')
      }
  },
}

export const SEALED: readonly ParserTarget[] = [box, backup, packed, manifest, bundle, ledger]
