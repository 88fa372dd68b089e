import { gunzipSync, gzipSync } from 'node:zlib'
import * as z from 'zod'
import { type Manifest, readManifest, signedManifest } from '../../../../shared/backup/manifest.ts'
import { lineOf, rowsIn } from '../../../../shared/backup/rows.ts'
import { isFailure } from '../../../../shared/core/errors.ts'
import { openBox, sealBox } from '../../../../shared/crypto/box.ts'
import { canonical } from '../../../../shared/crypto/canonical.ts'
import { createMemoryVault } from '../../../support/memory-vault.ts'
import { accepted, CANARY, holds, type ParserTarget } from '../target.ts'

const KEY = { id: new Uint8Array(16).fill(1), secret: new Uint8Array(32).fill(2) }
const CONTEXT = canonical('fuzz', 'accounts', 'row')
const BOX = sealBox(KEY, new Uint8Array(32).fill(3), CONTEXT, Buffer.from(`{"subject":"${CANARY}"}`))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const box: ParserTarget = {
  name: 'sealed-row',
  property: 'nothing opens but what was sealed; all else is a corrupt row, never an absent one',
  seeds: [hex(BOX)],
  words: ['00', 'ff', '01', '0001'],
  check(input) {
    const bytes = Buffer.from(input, 'hex')
    try {
      openBox(KEY, CONTEXT, bytes)
    } catch (error) {
      if (isFailure(error, 'ROW_CORRUPT')) return
      throw error
    }
    holds(bytes.equals(BOX), 'something opens that was not sealed')
  },
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

export const SEALED: readonly ParserTarget[] = [box, backup, packed, manifest]
