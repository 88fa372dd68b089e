import type { TokenCredential } from '@azure/identity'
import type { ContainerClient } from '@azure/storage-blob'
import * as z from 'zod'
import { SyncError } from '../core/errors.ts'
import { BACKUP_ID } from './id.ts'
import type { BackupStore } from './ports.ts'

/** The container, made by whoever makes the account. */
export const CONTAINER = 'backups'

/** The last one is of a container whose files cannot be changed, whatever is asked. */
const THERE_ALREADY = ['BlobAlreadyExists', 'ConditionNotMet', 'BlobImmutableDueToPolicy']

/** One request with all its attempts. */
const DEADLINE_MS = 60_000

interface Options {
  /** Address of the account, its name included where it is a path. `http:` is for Azurite only. */
  readonly url: string
  /** An account key is for Azurite only. */
  readonly access: { readonly accountKey: string } | { readonly credential: TokenCredential }
}

/** Backups as block blobs, `<id>/<name>`. The client library is loaded with the first request. */
export function createBackupStore({ url, access }: Options): BackupStore {
  let client: Promise<ContainerClient> | undefined

  async function connect(): Promise<ContainerClient> {
    const sdk = await import('@azure/storage-blob')
    const credential =
      'credential' in access ? access.credential : new sdk.StorageSharedKeyCredential(accountOf(url), access.accountKey)
    return new sdk.ContainerClient(`${url}/${CONTAINER}`, credential, { retryOptions: { maxTries: 3 } })
  }

  async function send<Result>(request: (container: ContainerClient, abortSignal: AbortSignal) => Promise<Result>) {
    client ??= connect()
    try {
      return await request(await client, AbortSignal.timeout(DEADLINE_MS))
    } catch (cause) {
      const { statusCode: status, code: reason } = Failure.parse(cause)
      const facts = { ...(status !== undefined && { status }), ...(reason !== undefined && { reason }) }
      throw new SyncError('STORAGE_UNAVAILABLE', 'backups: storage unavailable', { cause, facts })
    }
  }

  return {
    ids: () =>
      send(async (container, abortSignal) => {
        const ids: string[] = []
        for await (const item of container.listBlobsByHierarchy('/', { abortSignal }))
          if (item.kind === 'prefix' && BACKUP_ID.test(item.name.slice(0, -1))) ids.push(item.name.slice(0, -1))
        return ids.sort()
      }),
    files: (id) =>
      send(async (container, abortSignal) => {
        const files: { name: string; facts: string }[] = []
        for await (const { name, metadata } of container.listBlobsFlat({
          ...{ prefix: `${id}/`, includeMetadata: true, abortSignal },
        }))
          files.push({ name: name.slice(id.length + 1), facts: metadata?.['facts'] ?? '' })
        return files.sort((one, other) => (one.name < other.name ? -1 : 1))
      }),
    write: (id, { name, facts }, content) =>
      send(async (container, abortSignal) => {
        const conditions = { ifNoneMatch: '*' }
        try {
          const blob = container.getBlockBlobClient(`${id}/${name}`)
          await blob.upload(content, content.length, { conditions, metadata: { facts }, abortSignal })
          return true
        } catch (error) {
          if (THERE_ALREADY.includes(Failure.parse(error).code ?? '')) return false
          throw error
        }
      }),
    read: (id, name) =>
      send(async (container, abortSignal) => {
        try {
          const blob = container.getBlockBlobClient(`${id}/${name}`)
          const { readableStreamBody = [] } = await blob.download(0, undefined, { abortSignal })
          const chunks: Uint8Array[] = []
          for await (const chunk of readableStreamBody) chunks.push(Buffer.from(chunk))
          return Buffer.concat(chunks)
        } catch (error) {
          if (Failure.parse(error).code !== 'BlobNotFound') throw error
          return undefined
        }
      }),
  }
}

/** What the client library's `RestError` says. */
const Failure = z
  .object({ statusCode: z.number().optional(), code: z.string().optional() })
  .catch({ statusCode: undefined, code: undefined })

/** The account's name is the path of an Azurite address and the first label of a real one. */
function accountOf(url: string): string {
  const { hostname, pathname } = new URL(url)
  return pathname.split('/')[1] || (hostname.split('.')[0] ?? '')
}
