import type { Log } from '../core/log.ts'
import { type Clock, days, type EpochMs, elapsed, later, minutes } from '../core/time.ts'
import type { BlindIndex, Vault } from '../crypto/ports.ts'
import type { TableName } from '../storage/table.ts'
import { beganAt, idOf, isOfDay } from './id.ts'
import { MANIFEST, signedManifest } from './manifest.ts'
import type { Backups } from './ports.ts'
import { type CopiedFile, createProgress } from './progress.ts'
import { compressed, digestOf, lineOf } from './rows.ts'

/**
 * The keys come first, so that what was erased since is in the ledger behind them, and once more at the end, so that
 * there is a key to every row in between, whichever was made meanwhile. Counters, measurements and the schedule are not
 * copied: the first two can be lost, the last is made anew.
 */
export const STEPS: readonly TableName[] = ['keys', 'accounts', 'oauth', 'organisations', 'audit', 'ledger', 'keys']

/** Well below what the host gives a function, so that the file in work is done. */
const WORKS_FOR = minutes(3)
/** Then something is wrong with it, and another one is begun. */
const UNFINISHED_FOR = days(2)
/** What is held in memory of one file, about, before it is compressed. */
const FILE_BYTES = 4 * 1024 * 1024

export interface BackUpDependencies extends Backups {
  readonly environment: string
  readonly vault: Pick<Vault, 'sign'>
  readonly blind: Pick<BlindIndex, 'token'>
  readonly clock: Clock
  readonly log: Log
  /** When the tables were last restored: what was copied before that is of other tables. */
  readonly restoredAt: EpochMs | undefined
}

/**
 * Goes on with the backup of the day, for some minutes: a copy of all rows as they are stored, so nothing of it opens
 * without the vault. Each file says where the next one begins, so that whoever comes next goes on there. Two that work at
 * once do no harm: a file is made once, and who comes second stops.
 */
export async function backUp(given: BackUpDependencies): Promise<void> {
  const { store, clock, log } = given
  const { id, files } = await current(given)
  if (files === undefined) return
  const until = later(clock.now(), WORKS_FOR)
  for (;;) {
    const last = files.at(-1)
    if (last !== undefined && last.step === STEPS.length - 1 && last.next === undefined) break
    if (clock.now() >= until) return
    const file = await copyNext(given, id, files.length, last)
    if (file === undefined) return
    files.push(file)
  }
  const manifest = { version: 1, environment: given.environment, id, files: files.map(listed) } as const
  const content = await signedManifest(given.vault, manifest)
  const file = { name: MANIFEST, step: STEPS.length, rows: sum(files), digest: digestOf(content), next: undefined }
  if (!(await store.write(id, createProgress(given.blind).entryOf(id, file), content))) return
  log('info', 'backup-complete', { backup: id, files: files.length, rows: file.rows })
}

/** The backup to go on with, with what there is of it; no files when that of the day is complete. */
async function current(given: BackUpDependencies): Promise<{ id: string; files: CopiedFile[] | undefined }> {
  const now = given.clock.now()
  const ids = (await given.store.ids()).filter((id) => beganAt(id) <= now).toReversed()
  let unfinished: { id: string; files: CopiedFile[] } | undefined
  let complete: string | undefined
  for (const id of ids) {
    const found = await look(given, id)
    if (found === 'complete') complete = id
    else if (found !== 'forged' && isToBeFinished(given, id, now)) unfinished ??= { id, files: [...found] }
    if (complete !== undefined) break
  }
  if (unfinished !== undefined) return unfinished
  if (complete !== undefined && isOfDay(complete, now)) return { id: complete, files: undefined }
  return { id: idOf(now), files: [] }
}

const isToBeFinished = ({ restoredAt }: BackUpDependencies, id: string, now: EpochMs): boolean =>
  elapsed(beganAt(id), now) < UNFINISHED_FOR && (restoredAt === undefined || beganAt(id) > restoredAt)

/**
 * What there is of a backup. One that somebody else had a hand in is left alone, and another one is made. The vault is not
 * asked: the version of its key that signed the last backup may be disabled by now.
 */
async function look(given: BackUpDependencies, id: string): Promise<readonly CopiedFile[] | 'complete' | 'forged'> {
  const files = createProgress(given.blind).read(id, await given.store.files(id))
  if (files !== undefined) return files.at(-1)?.name === MANIFEST ? 'complete' : files
  given.log('error', 'backup-forged', { backup: id })
  return 'forged'
}

/** @returns undefined when somebody else has made this file. */
async function copyNext(
  { scan, store, blind }: BackUpDependencies,
  id: string,
  number: number,
  last: CopiedFile | undefined,
): Promise<CopiedFile | undefined> {
  const step = last === undefined ? 0 : last.step + Number(last.next === undefined)
  const table = STEPS[step] ?? 'keys'
  const { lines, next } = await readSome(scan, table, last?.next)
  const content = await compressed(Buffer.from(lines.join('')))
  const file = { name: nameOf(number, table), step, rows: lines.length, digest: digestOf(content), next }
  return (await store.write(id, createProgress(blind).entryOf(id, file), content)) ? file : undefined
}

async function readSome(scan: Backups['scan'], table: TableName, from: string | undefined) {
  const lines: string[] = []
  let next = from
  let bytes = 0
  do {
    const page = await scan(table, next)
    for (const row of page.rows) {
      const line = lineOf(row)
      lines.push(line)
      bytes += line.length
    }
    next = page.next
  } while (next !== undefined && bytes < FILE_BYTES)
  return { lines, next }
}

const nameOf = (number: number, table: TableName): string => `${String(number).padStart(6, '0')}.${table}.gz`
const listed = ({ name, step, rows, digest }: CopiedFile) => ({ name, table: STEPS[step] ?? 'keys', rows, digest })
const sum = (files: readonly CopiedFile[]): number => files.reduce((all, { rows }) => all + rows, 0)
