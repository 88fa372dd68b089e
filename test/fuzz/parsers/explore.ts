import { createDice } from '../../support/dice.ts'
import type { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'
import type { ParserTarget } from './target.ts'

export interface Finding {
  readonly input: string
  readonly what: string
}

export interface Exploration {
  readonly tried: number
  /** Inputs with which our code ran in a way that no input before had made it run. */
  readonly kept: number
  readonly findings: readonly Finding[]
}

export interface Order {
  readonly seed: number
  readonly count: number
  /** Without it inputs are only changed at random. */
  readonly coverage?: Coverage
  /** Told of each input before it is tried. */
  readonly trying?: (input: string) => void
  /** Whether to go on although `count` has not been reached. */
  readonly mayGoOn?: () => boolean
}

/** Inputs between two looks at the coverage: many once it is rare that one of them is new. */
const atOnce = (tried: number): number => (tried < 1_000 ? 16 : 128)
/** Longer than any parser may take, in milliseconds. */
const SLOW = 1_000
/** Findings of one kind say the same. */
const MOST_FINDINGS = 5
/** Of making the input of a finding smaller. */
const MOST_ATTEMPTS = 1_000

/** Tries inputs made from a target's seeds, and builds on those that reach code which nothing reached before. */
export async function explore(target: ParserTarget, order: Order): Promise<Exploration> {
  const { seed, count, coverage, trying = () => {}, mayGoOn = () => true } = order
  const dice = createDice(`${seed} ${target.name}`)
  const pool = [...target.seeds]
  const findings = new Map<string, Finding>()
  let tried = 0

  async function attempt(input: string): Promise<void> {
    trying(input)
    tried += 1
    const what = await trouble(target, input)
    if (what !== undefined && !findings.has(kindOf(what)))
      findings.set(kindOf(what), { input: await smaller(target, input, what), what })
  }

  /** Looking is slow: inputs are looked at one by one only when some of them did something new. */
  async function learnFrom(inputs: readonly string[]): Promise<void> {
    if (coverage === undefined || !coverage.isFresh()) return
    for (const input of inputs) {
      await trouble(target, input)
      if (coverage.learn() && !pool.includes(input)) pool.push(input)
    }
  }

  for (const one of target.seeds) await attempt(one)
  await learnFrom(target.seeds)
  while (tried < count && findings.size < MOST_FINDINGS && mayGoOn()) {
    const inputs = Array.from({ length: Math.min(atOnce(tried), count) }, () =>
      mutate(dice, dice.pick(pool), dice.pick(pool), target.words ?? []),
    )
    for (const input of inputs) await attempt(input)
    await learnFrom(inputs)
  }
  return { tried, kept: pool.length - target.seeds.length, findings: [...findings.values()] }
}

/** What is wrong with how the target takes an input; undefined for nothing. */
export async function trouble({ check }: ParserTarget, input: string): Promise<string | undefined> {
  const began = performance.now()
  try {
    await check(input)
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : String(error)
  }
  const took = performance.now() - began
  return took > SLOW ? `Slow: ${Math.round(took)} ms` : undefined
}

/** The first words of what is wrong, without what differs between inputs. */
const kindOf = (what: string): string => what.replaceAll(/\d+/g, 'n').slice(0, 60)

/** The input without the parts that the trouble does not need. */
async function smaller(target: ParserTarget, input: string, what: string): Promise<string> {
  let kept = input
  let attempts = what.startsWith('Slow') ? 0 : MOST_ATTEMPTS
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < kept.length && attempts > 0; attempts--) {
      const without = kept.slice(0, at) + kept.slice(at + size)
      const same = kindOf((await trouble(target, without)) ?? '') === kindOf(what)
      if (same) kept = without
      else at += size
    }
  return kept
}
