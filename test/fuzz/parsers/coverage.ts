import { type Profiler, Session } from 'node:inspector'

export interface Coverage {
  /** Whether our code was run in a way since the last call in which it had never been run before. */
  isFresh(): boolean
  /** The same, and what is fresh is known from then on. */
  learn(): boolean
  stop(): void
}

/**
 * The precise coverage of V8: each of our functions that was run, with the blocks of it that were not.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#method-takePreciseCoverage
 */
export function startCoverage(): Coverage {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })
  const known = new Set<string>()

  function fresh(): readonly string[] {
    let ways: readonly string[] = []
    session.post('Profiler.takePreciseCoverage', (_, { result }) => {
      ways = result.filter(({ url }) => /\/(shared|infra)\//.test(url)).flatMap(waysOf)
    })
    return ways.filter((way) => !known.has(way))
  }

  return {
    isFresh: () => fresh().length > 0,
    learn() {
      const ways = fresh()
      for (const way of ways) known.add(way)
      return ways.length > 0
    },
    stop: () => session.disconnect(),
  }
}

const waysOf = ({ scriptId, functions }: Profiler.ScriptCoverage): readonly string[] =>
  functions
    .map(({ ranges }) => ranges.map(({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}x${count}`))
    .map((ranges) => `${scriptId} ${ranges.join(' ')}`)
