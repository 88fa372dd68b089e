type Fetch = typeof globalThis.fetch

/** One request to Graph, alone or inside of a batch. */
interface Part {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** A way to Graph on which each request, and each one inside of a batch, is changed. */
export const withRequests =
  (change: (part: Part) => Part) =>
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    const request = new Request(input instanceof Request ? input : String(input), init)
    const { method, url } = request
    const headers = Object.fromEntries(request.headers)
    const text = await request.text()
    const body = text === '' ? undefined : JSON.parse(text)
    if (url.endsWith('/$batch')) return fetch(url, init_({ method, url, headers, body: eachIn(body, change) }))
    const changed = change({ method, url, headers, body })
    return fetch(changed.url, init_(changed))
  }

const init_ = ({ method, headers, body }: Part): RequestInit => ({
  method,
  headers,
  ...(body !== undefined && { body: JSON.stringify(body) }),
})

const eachIn = ({ requests }: { readonly requests: readonly Part[] }, change: (part: Part) => Part) => ({
  requests: requests.map((part) => ({ ...part, ...change(part) })),
})

/** A Graph that takes a creation for a new one each time it is asked for again. */
export function withoutTransactions() {
  const asked = new Set<string>()
  return withRequests((part) => {
    const marker = part.body?.['transactionId']
    if (typeof marker !== 'string') return part
    if (!asked.has(marker)) {
      asked.add(marker)
      return part
    }
    return { ...part, body: { ...part.body, transactionId: `${marker}${String(asked.size).padStart(5, '0')}` } }
  })
}

/** A service that writes whatever has happened to the event meanwhile. */
export const withoutIfMatch = withRequests((part) => {
  const headers = Object.entries(part.headers).filter(([name]) => name.toLowerCase() !== 'if-match')
  return { ...part, headers: Object.fromEntries(headers) }
})

/** A service that writes all it has ever written of an event with each change, as who does not merge would. */
export function withoutMerge() {
  const known = new Map<string, Part['body']>()
  return withRequests((part) => {
    if (part.method !== 'PATCH' || part.body === undefined || !part.url.includes('/events/')) return part
    const id = part.url.split('/').at(-1) ?? ''
    const body = { ...known.get(id), ...part.body }
    known.set(id, body)
    return { ...part, body }
  })
}
