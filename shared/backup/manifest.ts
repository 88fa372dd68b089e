import * as z from 'zod'
import { SyncError } from '../core/errors.ts'
import { canonical } from '../crypto/canonical.ts'
import type { Vault } from '../crypto/ports.ts'
import { TABLE_NAMES } from '../storage/table.ts'
import { parsed } from './parsed.ts'
import type { BackupStore } from './ports.ts'

/** The last file of a backup: there is no other sign that a backup is complete. */
export const MANIFEST = 'manifest.json'

const Manifest = z.object({
  version: z.literal(1),
  environment: z.string(),
  id: z.string(),
  files: z.array(
    z.object({ name: z.string(), table: z.enum(TABLE_NAMES), rows: z.int(), digest: z.string().length(64) }),
  ),
})
export type Manifest = z.infer<typeof Manifest>

const Signed = z.object({ manifest: z.string(), keyId: z.string(), signature: z.base64() })

const messageOf = (manifest: string): Uint8Array => canonical('microsoft-365-sync/backup', manifest)

/**
 * A manifest with the vault's signature. Not a MAC of ours: keys are in the backup itself, so whoever restores has nothing
 * but the vault to ask.
 */
export async function signedManifest(vault: Pick<Vault, 'sign'>, manifest: Manifest): Promise<Uint8Array> {
  const text = JSON.stringify(manifest)
  const { keyId, signature } = await vault.sign(messageOf(text))
  const signed = { manifest: text, keyId, signature: Buffer.from(signature).toString('base64') }
  return new TextEncoder().encode(JSON.stringify(signed))
}

interface Expected {
  readonly store: BackupStore
  readonly vault: Pick<Vault, 'verify'>
  readonly environment: string
}

/** @throws SyncError `BACKUP_REFUSED` when the backup is incomplete, not ours, of another environment, or another one. */
export async function readManifest({ store, vault, environment }: Expected, id: string): Promise<Manifest> {
  const content = await store.read(id, MANIFEST)
  if (content === undefined) throw refused(id, 'it is not complete')
  const signed = parsed(Signed, new TextDecoder().decode(content))
  const isOurs =
    signed !== undefined &&
    (await vault.verify(signed.keyId, messageOf(signed.manifest), Buffer.from(signed.signature, 'base64')))
  const manifest = isOurs ? parsed(Manifest, signed.manifest) : undefined
  if (manifest === undefined) throw refused(id, 'our vault did not sign its manifest')
  if (manifest.environment !== environment) throw refused(id, 'it is of another environment')
  if (manifest.id !== id) throw refused(id, 'its manifest is that of another backup')
  return manifest
}

/** Made and not thrown: the failure of a backup that must not be put back as it is. Take another one. */
export const refused = (id: string, why: string): SyncError =>
  new SyncError('BACKUP_REFUSED', `the backup ${id} is refused: ${why}`)
