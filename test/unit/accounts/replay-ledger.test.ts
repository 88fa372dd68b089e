import { expect, test } from 'vitest'
import { type ReplayDependencies, replayLedger } from '../../../shared/accounts/replay-ledger.ts'
import { days, type EpochMs, earlier, epochMs } from '../../../shared/core/time.ts'
import type { LedgerEntry } from '../../../shared/storage/ledger/ledger.ts'

const NOW = epochMs(Date.UTC(2026, 10, 20))
const ago = (count: number): EpochMs => earlier(NOW, days(count))

const revoked = (id: string, at = NOW): LedgerEntry => ({ kind: 'grant', ref: { account: 'p', id }, at })
const erased = (account: string, at = NOW): LedgerEntry => ({ kind: 'account', account, organisation: undefined, at })
const uninstalled = (organisation: string, at = NOW): LedgerEntry => ({ kind: 'organisation', organisation, at })

type Page = Parameters<typeof replay>[0][number]

/** Replays these pages over tables in which nothing is there any more. `asked` is what was looked at, in order. */
async function replay(pages: readonly (readonly (LedgerEntry | { kind: 'forged'; rowKey: string })[])[]) {
  const asked: string[] = []
  const lines: string[] = []
  const running = { now: 0, most: 0 }
  async function ask(what: string): Promise<undefined> {
    asked.push(`${what} begins`)
    running.now++
    running.most = Math.max(running.most, running.now)
    await new Promise((resolve) => setImmediate(resolve))
    running.now--
    asked.push(`${what} ends`)
  }
  const dependencies = {
    ledger: {
      async *entries() {
        yield* pages
      },
      caughtUp: async () => void asked.push('caught up'),
    },
    rows: { head: ask, isEmpty: async () => true },
    grants: {
      delete: ({ id }: { id: string }) => ask(id),
      forget: async () => 0,
    },
    organisations: { named: ask },
    audit: { record: async () => undefined },
    clock: { now: () => NOW },
    log: (_level: string, event: string) => void lines.push(event),
  } as unknown as ReplayDependencies
  const done = await replayLedger(dependencies)
  return { asked, done, lines, most: running.most }
}

test('S6: what was noted before the oldest backup is not looked at, and a forged entry is told however old it is', async () => {
  const old: Page = [revoked('old', ago(66)), erased('acc_old', ago(66)), uninstalled('org_old', ago(66))]
  const { asked, done, lines } = await replay([
    [...old, { kind: 'forged', rowKey: 'entry.1' }],
    [revoked('new', ago(65)), erased('acc_new', ago(64)), uninstalled('org_new', ago(1))],
  ])
  expect(asked.filter((what) => what.endsWith(' begins'))).toEqual(['new begins', 'acc_new begins', 'org_new begins'])
  expect(asked.at(-1)).toBe('caught up')
  expect(done).toEqual({ accounts: 0, grants: 1, forged: 1 })
  expect(lines).toEqual(['ledger-entry-forged', 'ledger-replayed'])
})

test('S6: a ledger of which nothing is ours is not taken for replayed: the root secret of its day is lost', async () => {
  const forged = [{ kind: 'forged', rowKey: 'entry.1' } as const]
  await expect(replay([forged, forged])).rejects.toMatchObject({ code: 'KEY_MISSING', facts: { forged: 2 } })
  expect((await replay([forged, [revoked('old', ago(66))]])).asked).toEqual(['caught up'])
})

test('S6: sixteen grants are revoked at a time, and each of them once', async () => {
  const pages = [0, 1].map((page) => Array.from({ length: 100 }, (_, at) => revoked(`${page}-${at}`)))
  const { asked, done, most } = await replay(pages)
  expect(most).toBe(16)
  expect(new Set(asked).size).toBe(asked.length)
  expect(done.grants).toBe(200)
})

test('S6: an account that was erased twice is erased again in order, beside others', async () => {
  const { asked, most } = await replay([[erased('acc_a'), erased('acc_b'), erased('acc_a')]])
  expect(most).toBe(2)
  expect(asked.filter((what) => what.startsWith('acc_a'))).toEqual([
    'acc_a begins',
    'acc_a ends',
    'acc_a begins',
    'acc_a ends',
  ])
})
