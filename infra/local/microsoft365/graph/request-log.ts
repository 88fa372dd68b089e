/** One request as it was answered. The path has no tokens in it. */
export interface LoggedRequest {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
  /** Whose token it came with; undefined before the token was checked. */
  readonly oid: string | undefined
  /** Whether it came inside a batch, which is one request on the wire and in the log as well. */
  readonly inBatch: boolean
}

/** The newest requests, oldest first. */
export interface RequestLog {
  /** A request has come; the function that it returns is called when it is answered. */
  begin(path: string): () => void
  /** The paths of those that have come and are not answered. */
  underWay(): readonly string[]
  add(request: LoggedRequest): void
  list(): readonly LoggedRequest[]
  /** How many older ones are not known any more. */
  readonly forgotten: number
  clear(): void
}

const MOST_KEPT = 50_000

export function createRequestLog(): RequestLog {
  let requests: LoggedRequest[] = []
  let dropped = 0
  const begun = new Set<{ readonly path: string }>()
  return {
    begin(path) {
      const one = { path }
      begun.add(one)
      return () => void begun.delete(one)
    },
    underWay: () => [...begun].map(({ path }) => path),
    add(request) {
      requests.push(request)
      if (requests.length <= 2 * MOST_KEPT) return
      dropped += requests.length - MOST_KEPT
      requests = requests.slice(-MOST_KEPT)
    },
    list: () => requests.slice(-MOST_KEPT),
    get forgotten() {
      return dropped + Math.max(0, requests.length - MOST_KEPT)
    },
    clear() {
      requests = []
      dropped = 0
    },
  }
}
