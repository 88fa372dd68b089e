import { COMMIT_MAX_BYTES, COMMIT_MAX_WRITES, type Properties, type Write } from '../table.ts'

/** Writes that must be in one commit together. */
export type AtomicGroup = readonly Write[]

/** Room for the head row's fence in every commit. */
const ROOM_FOR_HEAD = 1
/** The service counts the encoded request; base64 adds a third, and every write has an envelope of its own. */
const MAX_BYTES = COMMIT_MAX_BYTES * 0.7
const ENVELOPE_BYTES = 600

/** One commit that is being filled. A group that is larger than a commit cannot be kept whole and is a bug of the caller. */
function createPack(reserved: AtomicGroup) {
  const writes: Write[] = []
  let count = reserved.length + ROOM_FOR_HEAD
  let bytes = sum(reserved)
  return {
    writes,
    /** @returns false when there is no room; a group of any size finds room in an empty pack. */
    add(group: AtomicGroup): boolean {
      const size = sum(group)
      const full = count + group.length > COMMIT_MAX_WRITES || bytes + size > MAX_BYTES
      if (full && writes.length > 0) return false
      writes.push(...group)
      count += group.length
      bytes += size
      return true
    },
  }
}

/**
 * Packs groups into commits in their order, never splitting a group; what must come last comes last. Each commit leaves
 * room for the row that fences it. At least one commit, which may be empty.
 */
export function packCommits(groups: readonly AtomicGroup[]): readonly (readonly Write[])[] {
  const packs = [createPack([])]
  for (const group of groups) {
    if (packs.at(-1)?.add(group)) continue
    const pack = createPack([])
    pack.add(group)
    packs.push(pack)
  }
  return packs.map(({ writes }) => writes)
}

/**
 * The same for groups that are made one after another, so that no more than two commits are held at once.
 * @param announcement goes first when there is more than one commit.
 */
export async function* packStream(
  groups: AsyncIterable<AtomicGroup>,
  announcement: AtomicGroup,
): AsyncGenerator<readonly Write[]> {
  let pack = createPack(announcement)
  let isWhole = true
  for await (const group of groups) {
    if (pack.add(group)) continue
    yield isWhole ? [...announcement, ...pack.writes] : pack.writes
    isWhole = false
    pack = createPack([])
    pack.add(group)
  }
  yield pack.writes
}

const sum = (group: AtomicGroup): number => group.reduce((total, write) => total + sizeOf(write), 0)

const sizeOf = (write: Write): number => ENVELOPE_BYTES + ('properties' in write ? propertyBytes(write.properties) : 0)

const propertyBytes = (properties: Properties): number =>
  Object.values(properties).reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array ? (value.length * 4) / 3 : String(value).length),
    0,
  )
