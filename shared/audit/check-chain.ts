import { isFailure } from '../core/errors.ts'
import type { BlindIndex } from '../crypto/ports.ts'
import { type Entry, type Head, linkOf } from './chain.ts'
import type { TrailStore } from './store.ts'

/** Where a chain is broken first. */
export interface Break {
  readonly chain: string
  readonly number: number
  readonly problem: string
}

/** What another place knows of a chain. */
export interface Witnessed {
  readonly chain: string
  readonly number: number
  readonly value: string
  /** Time of that entry, in milliseconds since the epoch. */
  readonly at: number
}

export interface Checked {
  readonly entries: number
  readonly broken: Break | undefined
}

interface Dependencies {
  readonly store: TrailStore
  readonly blind: BlindIndex
}

/** The chain may be written, and its beginning dropped, while it is read. */
const ATTEMPTS = 3

/** Walks one chain from where its kept part begins to its head. */
export async function checkChain(
  dependencies: Dependencies,
  chain: string,
  witnessed: Witnessed | undefined,
): Promise<Checked> {
  let checked = await walk(dependencies, chain, witnessed)
  for (let attempt = 1; attempt < ATTEMPTS && checked.broken !== undefined; attempt += 1)
    checked = await walk(dependencies, chain, witnessed)
  return checked
}

async function walk({ store, blind }: Dependencies, chain: string, witnessed?: Witnessed): Promise<Checked> {
  const head = await readHead(store, chain)
  if (head === 'corrupt') return broken(chain, 0, 0, 'the head does not open')
  if (head === undefined) return broken(chain, 0, 0, 'the head is missing')
  let { number, value } = head.dropped
  let entries = 0
  const values = new Map([[number, value]])
  for await (const { number: at, entry } of store.entries(chain)) {
    const problem = problemOf(blind, chain, { number, value }, at, entry)
    if (problem !== undefined || entry === undefined)
      return broken(chain, Math.min(at, number + 1), entries, problem ?? '')
    number = entry.number
    value = entry.value
    entries += 1
    if (number === head.number || number === witnessed?.number) values.set(number, value)
  }
  const problem = (await endProblem(store, chain, { number, value }, head)) ?? witnessProblem(head, values, witnessed)
  return problem === undefined ? { entries, broken: undefined } : broken(chain, problem.number, entries, problem.what)
}

type Link = Pick<Head, 'number' | 'value'>

function problemOf(blind: BlindIndex, chain: string, before: Link, at: number, entry: Entry | undefined) {
  if (at !== before.number + 1) return at > before.number ? 'an entry is missing' : 'an entry is there twice'
  if (entry === undefined) return 'the entry does not open'
  const { value, ...said } = entry
  if (entry.number !== at) return 'the entry has another number'
  return linkOf(blind, chain, before.value, said) === value
    ? undefined
    : 'the entry does not follow from the one before'
}

interface Problem {
  readonly number: number
  readonly what: string
}

/** What was walked has to end at the head, or at what the head has become meanwhile. */
async function endProblem(store: TrailStore, chain: string, last: Link, head: Head): Promise<Problem | undefined> {
  if (last.number < head.number) return { number: last.number + 1, what: 'entries before the head are missing' }
  const now = last.number === head.number ? head : await readHead(store, chain)
  if (now === undefined || now === 'corrupt') return { number: last.number, what: 'the head went while it was read' }
  if (last.number > now.number) return { number: now.number + 1, what: 'there are entries behind the head' }
  if (last.number === now.number && last.value !== now.value)
    return { number: last.number, what: 'the head has another value than the last entry' }
  return undefined
}

function witnessProblem(head: Head, values: ReadonlyMap<number, string>, known?: Witnessed): Problem | undefined {
  if (known === undefined || known.number < head.dropped.number) return undefined
  const value = values.get(known.number)
  if (value === known.value) return undefined
  const what =
    value === undefined ? 'the end that a checkpoint has seen is missing' : 'a checkpoint has seen another entry'
  return { number: Math.min(known.number, head.number + 1), what }
}

async function readHead(store: TrailStore, chain: string): Promise<Head | 'corrupt' | undefined> {
  try {
    return (await store.head(chain))?.head
  } catch (error) {
    if (!isFailure(error, 'ROW_CORRUPT')) throw error
    return 'corrupt'
  }
}

const broken = (chain: string, number: number, entries: number, problem: string): Checked => ({
  entries,
  broken: { chain, number, problem },
})
