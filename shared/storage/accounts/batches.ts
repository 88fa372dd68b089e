import { COMMIT_MAX_BYTES, COMMIT_MAX_WRITES, type Properties, type Write } from '../table.ts'

/** Writes that must be in one commit together. */
export type AtomicGroup = readonly Write[]

/** Room for the head row's fence in every commit. */
const ROOM_FOR_HEAD = 1
/** The service counts the encoded request; base64 adds a third, and every write has an envelope of its own. */
const MAX_BYTES = COMMIT_MAX_BYTES * 0.7
const ENVELOPE_BYTES = 600

/**
 * Packs groups into commits in their order, never splitting a group; what must come last comes last. Each commit leaves
 * room for the row that fences it. A group that is larger than a commit cannot be kept whole and is a bug of the caller.
 */
export function packCommits(groups: readonly AtomicGroup[]): readonly (readonly Write[])[] {
  const commits: Write[][] = [[]]
  let bytes = 0
  for (const group of groups) {
    const size = group.reduce((sum, write) => sum + sizeOf(write), 0)
    const current = commits.at(-1) ?? []
    const full = current.length + group.length > COMMIT_MAX_WRITES - ROOM_FOR_HEAD || bytes + size > MAX_BYTES
    if (full && current.length > 0) {
      commits.push([...group])
      bytes = size
    } else {
      current.push(...group)
      bytes += size
    }
  }
  return commits
}

const sizeOf = (write: Write): number => ENVELOPE_BYTES + ('properties' in write ? propertyBytes(write.properties) : 0)

const propertyBytes = (properties: Properties): number =>
  Object.values(properties).reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array ? (value.length * 4) / 3 : String(value).length),
    0,
  )
