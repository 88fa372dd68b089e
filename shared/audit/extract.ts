import { toIsoSeconds } from '../core/time.ts'
import type { Entry } from './chain.ts'
import type { Actor } from './ports.ts'
import type { TrailStore } from './store.ts'
import { WORDS } from './words.ts'

/** One entry as people read it. */
export interface ExtractedEntry {
  readonly number: number
  /** ISO 8601, UTC. */
  readonly time: string
  /** `person`, `integrator <client id>`, `administrator <account>`, `operator`, `service`, `anyone`. */
  readonly by: string
  /** The stable name of what was done. */
  readonly act: string
  readonly what: string
  readonly account?: string
  /** `name=value`, with semicolons between. */
  readonly details: string
}

/** The entries of a chain in order. One that does not open is told as such: an extract never hides that something is missing. */
export async function* extractOf(store: TrailStore, chain: string): AsyncIterable<ExtractedEntry> {
  for await (const { number, entry } of store.entries(chain))
    yield entry === undefined ? unreadable(number) : extracted(entry)
}

function extracted({ number, at, act, actor, account, facts = {} }: Entry): ExtractedEntry {
  const details = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
  const of = account === undefined ? {} : { account }
  return {
    number,
    time: toIsoSeconds(at),
    by: nameOf(actor),
    act,
    what: WORDS[act],
    ...of,
    details: details.join('; '),
  }
}

const unreadable = (number: number): ExtractedEntry => ({
  number,
  time: '',
  by: '',
  act: 'unreadable',
  what: 'This entry was damaged',
  details: '',
})

function nameOf(actor: Actor): string {
  if (actor.kind === 'integrator') return `integrator ${actor.id}`
  return 'account' in actor ? `${actor.kind} ${actor.account}` : actor.kind
}

const COLUMNS = ['number', 'time', 'by', 'act', 'what', 'account', 'details'] as const

/** Lines that are handed on together. */
const PART_LINES = 500

/** A table as RFC 4180 has it, with a line of names, in parts, so that its text is never one string. */
export async function* csvOf(entries: AsyncIterable<ExtractedEntry>): AsyncIterable<string> {
  let lines = [COLUMNS.join(',')]
  const part = () => lines.map((line) => `${line}\r\n`).join('')
  for await (const entry of entries) {
    lines.push(COLUMNS.map((name) => cell(String(entry[name] ?? ''))).join(','))
    if (lines.length < PART_LINES) continue
    yield part()
    lines = []
  }
  yield part()
}

/** In quotes; a spreadsheet would take what begins with one of these characters for a formula. */
const cell = (text: string): string => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`
