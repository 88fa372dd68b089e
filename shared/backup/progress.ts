import * as z from 'zod'
import type { BlindIndex } from '../crypto/ports.ts'
import { MANIFEST } from './manifest.ts'
import { parsed } from './parsed.ts'
import type { FileEntry } from './ports.ts'

const Facts = z.object({
  step: z.int(),
  rows: z.int(),
  digest: z.string(),
  /** Where the table goes on; absent when it ends with this file. */
  next: z.string().optional(),
  proof: z.string(),
})

/** A file of a backup that is there. */
export interface CopiedFile {
  readonly name: string
  /** Of which step its rows are; after the last one for the manifest. */
  readonly step: number
  readonly rows: number
  /** SHA-256 of its content. */
  readonly digest: string
  readonly next: string | undefined
}

/** What is known of a backup while it is made stands beside its files, with a proof: nobody else's files get into it. */
export function createProgress(blind: Pick<BlindIndex, 'token'>) {
  const proofOf = (id: string, { name, step, rows, digest, next }: CopiedFile) =>
    blind.token('backup', id, name, String(step), String(rows), digest, next ?? '')

  function fileOf(id: string, { name, facts }: FileEntry): CopiedFile | undefined {
    const found = parsed(Facts, facts)
    if (found === undefined) return undefined
    const { proof, ...rest } = found
    const file = { name, ...rest, next: rest.next }
    return proof === proofOf(id, file) ? file : undefined
  }

  return {
    entryOf: (id: string, file: CopiedFile): FileEntry => {
      const { name, ...facts } = file
      return { name, facts: JSON.stringify({ ...facts, proof: proofOf(id, file) }) }
    },
    /** @returns undefined when one of them is not ours, or there is one missing before it. */
    read(id: string, entries: readonly FileEntry[]): readonly CopiedFile[] | undefined {
      const files = entries.map((entry) => fileOf(id, entry))
      const ours = files.filter((file) => file !== undefined)
      const isWhole = ours.every(({ name }, at) => name === MANIFEST || Number(name.slice(0, 6)) === at)
      return ours.length === entries.length && isWhole ? ours : undefined
    },
  }
}
