import type { DurationMs } from '../../../shared/core/time.ts'
import { columns, numberText } from '../print.ts'
import { median } from '../statistics.ts'
import type { Score } from './play.ts'

/** What one peer did in all chapters, in their order. */
export interface PeerScores {
  readonly name: string
  readonly scores: readonly Score[]
}

/** All chapters of a peer in one; what is wrong is what is wrong at the end. */
export function totalOf({ scores }: PeerScores): Score {
  const sum = (of: (score: Score) => number) => scores.reduce((total, score) => total + of(score), 0)
  const { missing = 0, surplus = 0 } = scores.at(-1) ?? {}
  return {
    chapter: 'all of it',
    requests: sum(({ requests }) => requests),
    bytes: sum(({ bytes }) => bytes),
    rowsWritten: sum(({ rowsWritten }) => rowsWritten),
    delaysMs: scores.flatMap(({ delaysMs }) => delaysMs),
    missing,
    surplus,
  }
}

const HEADINGS = ['requests', 'MB', 'rows', 'median s', 'most s', 'never', 'missing', 'surplus']

/** A block for each chapter, with a line for each peer. @param events of the mailbox, said above each. */
export function linesOfReport(all: readonly PeerScores[], events: number): readonly string[] {
  const blocks = all.map((peer) => [...peer.scores, totalOf(peer)])
  const chapters = blocks[0] ?? []
  return columns(
    chapters.flatMap(({ chapter }, index) => [
      [`${chapter.toUpperCase()}, ${numberText(events)} EVENTS`, ...HEADINGS],
      ...all.map(({ name }, which) => [`  ${name}`, ...cellsOf(blocks[which]?.[index])]),
    ]),
  )
}

function cellsOf(score: Score | undefined): string[] {
  if (score === undefined) return []
  const { requests, bytes, rowsWritten, delaysMs, missing, surplus } = score
  const known = delaysMs.filter((delay): delay is DurationMs => delay !== undefined)
  const times = known.length === 0 ? ['', ''] : [median(known), Math.max(...known)].map((ms) => (ms / 1000).toFixed(1))
  const never = delaysMs.length - known.length
  return [
    String(requests),
    (bytes / 1e6).toFixed(3),
    String(rowsWritten),
    ...times,
    ...[never, missing, surplus].map(String),
  ]
}
