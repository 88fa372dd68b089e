import { createPrivateKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import { KEY_OPERATIONS, type KeyVersion } from './keys.ts'

const StoredKey = z.object({
  name: z.string(),
  version: z.string(),
  created: z.number(),
  updated: z.number(),
  enabled: z.boolean(),
  notBefore: z.number().optional(),
  expires: z.number().optional(),
  operations: z.array(z.enum(KEY_OPERATIONS)),
  privateKey: z.string().transform((pem) => createPrivateKey(pem)),
})

/** The keys of an earlier start; none when there is no file yet. @throws when the file is damaged. */
export async function readKeyFile(path: string): Promise<KeyVersion[]> {
  if (!existsSync(path)) return []
  return z.array(StoredKey).parse(JSON.parse(await readFile(path, 'utf8')))
}

/** Replaces the file as a whole, so that a crash leaves the old keys or the new ones. Only its owner may read it. */
export async function writeKeyFile(path: string, keys: readonly KeyVersion[]): Promise<void> {
  const rows = keys.map((key) => ({ ...key, privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }) }))
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, JSON.stringify(rows), { mode: 0o600 })
  await rename(`${path}.new`, path)
}
