import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AtomicGroup, packCommits, packStream } from '../../../shared/storage/accounts/batches.ts'
import { checkCommit, PROPERTY_MAX_BYTES } from '../../../shared/storage/limits.ts'
import { COMMIT_MAX_WRITES, type Write } from '../../../shared/storage/table.ts'

const ACCOUNT = `acc_${'a'.repeat(22)}`
/** The row that every commit ends with, as large as a head becomes. */
const FENCE: Write = {
  kind: 'replace',
  rowKey: 'state.head',
  etag: 'W/"1"',
  properties: { b0: new Uint8Array(60_000) },
}

/** A row of about so many bytes. */
const rowOf = (rowKey: string, bytes: number): Write => {
  const parts = Array.from({ length: Math.ceil(bytes / PROPERTY_MAX_BYTES) }, (_, at) => {
    const size = Math.min(PROPERTY_MAX_BYTES, bytes - at * PROPERTY_MAX_BYTES)
    return [`b${at}`, new Uint8Array(size)] as const
  })
  return { kind: 'upsert', rowKey, properties: Object.fromEntries(parts) }
}

/** Sizes of rows in groups, up to the largest there are, the whole of them far beyond one commit. */
const sizes = fc.array(fc.array(fc.integer({ min: 1, max: 700_000 }), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 40,
})

const groupsOf = (given: readonly (readonly number[])[]): AtomicGroup[] =>
  given.map((group, at) => group.map((bytes, row) => rowOf(`event.${at}.${row}`, bytes)))

const keysOf = (writes: readonly Write[]) => writes.map(({ rowKey }) => rowKey)

function isTaken(commits: readonly (readonly Write[])[], given: readonly AtomicGroup[]): void {
  for (const writes of commits) expect(() => checkCommit(ACCOUNT, [...writes, FENCE])).not.toThrow()
  for (const group of given) {
    const holding = commits.filter((writes) => writes.some((write) => group.includes(write)))
    expect(holding).toHaveLength(1)
  }
}

test('S4: more than a commit takes is split between groups, in order, and every part keeps within what a commit takes', () => {
  fc.assert(
    fc.property(sizes, (given) => {
      const groups = groupsOf(given)
      const commits = packCommits(groups)
      isTaken(commits, groups)
      expect(commits.flatMap(keysOf)).toEqual(groups.flatMap(keysOf))
    }),
    { numRuns: 25 },
  )
})

test('S4: what is streamed is split in the same way, and announced when it is more than one commit', async () => {
  const announcement = [rowOf('state.calendar.torn', 500)]
  await fc.assert(
    fc.asyncProperty(sizes, async (given) => {
      const groups = groupsOf(given)
      async function* stream() {
        yield* groups
      }
      const commits: (readonly Write[])[] = []
      for await (const writes of packStream(stream(), announcement)) commits.push(writes)
      isTaken(commits, groups)
      expect(commits.flatMap(keysOf).includes('state.calendar.torn')).toBe(commits.length > 1)
    }),
    { numRuns: 25 },
  )
})

test('S4: a hundred and one rows are two commits, each with room for the fence', () => {
  const commits = packCommits(Array.from({ length: 101 }, (_, at) => [rowOf(`event.${at}`, 10)]))
  expect(commits.map((writes) => writes.length)).toEqual([COMMIT_MAX_WRITES - 1, 2])
})
