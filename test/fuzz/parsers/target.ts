import { FAILURES, SyncError } from '../../../shared/core/errors.ts'

/** Stands in what people write, in every seed that has such a place: no error may repeat it. */
export const CANARY = 'canaryofaperson'

/** A parser, what it is given, and what must hold of whatever comes of it. */
export interface ParserTarget {
  readonly name: string
  /** What must hold, in a sentence. */
  readonly property: string
  /** Inputs that are right, from which others are made. */
  readonly seeds: readonly string[]
  /** Words that the parser looks for. */
  readonly words?: readonly string[]
  /** @throws whatever breaks the property. */
  readonly check: (input: string) => unknown
}

/** Thrown by a check: the property does not hold. */
class Broken extends Error {
  override readonly name = 'Broken'
}

export function holds(isTrue: boolean, otherwise: string): asserts isTrue {
  if (!isTrue) throw new Broken(otherwise)
}

/**
 * What a parser makes of its input, or undefined when it refuses it as it may: with a failure of the table whose text
 * repeats nothing of what people write. @throws everything else.
 */
export async function accepted<Value>(parse: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await parse()
  } catch (error) {
    if (!(error instanceof SyncError) || !(error.code in FAILURES)) throw error
    const told = `${error.message} ${JSON.stringify(error.facts ?? {})}`
    holds(!told.includes(CANARY), `the error repeats what a person wrote: ${told}`)
    holds(error.failure.retry !== 'bug', `it is taken for a bug of ours: ${error.code}`)
    return undefined
  }
}

/** Whether a value is data that can be stored and told: no function, no NaN, nothing that JSON loses. */
export function holdsData(value: unknown, path = 'it'): void {
  if (value === null || value === undefined || ['string', 'boolean'].includes(typeof value)) return
  holds(typeof value !== 'number' || Number.isFinite(value), `${path} is ${value}`)
  if (typeof value === 'number') return
  holds(typeof value === 'object', `${path} is a ${typeof value}`)
  for (const [name, inner] of Object.entries(value)) holdsData(inner, `${path}.${name.slice(0, 30)}`)
}

/** Parses JSON for targets whose parser gets a value; a text that is none is the number of its characters. */
export function jsonOf(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    return input.length
  }
}
