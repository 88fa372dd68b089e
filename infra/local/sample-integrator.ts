import { createHash } from 'node:crypto'
import { randomToken, systemRandom } from '../../shared/core/random.ts'
import { SAMPLE } from './settings.ts'
import { createVisitor, type Page, titleOf, type Visitor } from './visitor.ts'

/** An event in the integrator API's format, as far as anybody here looks at it. */
export interface ApiEvent {
  readonly event_uid: string
  readonly calendar_id: string
  readonly summary: string
  readonly start: string
  readonly end: string
  readonly deleted: boolean
  readonly updated: string
}

/** The integrator `sample`, for one connected person. */
export interface SampleIntegrator {
  /** The access token. */
  readonly token: string
  get(path: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
  /** Asks for a change. `action` is the path of its outcome, empty when there is none. */
  send(method: 'POST' | 'DELETE', path: string, body: object): Promise<Accepted>
  /** Every event of the answer, all pages. */
  events(query?: Record<string, string>): Promise<readonly ApiEvent[]>
}

export interface Accepted {
  readonly status: number
  readonly action: string
}

/** The page an integrator sends a person to. */
export function authorizeUrl(syncUrl: string, challenge: string, state: string): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: SAMPLE.clientId,
    redirect_uri: SAMPLE.redirectUri,
    scope: 'read_events create_event delete_event change_participation_status create_calendar',
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  return `${syncUrl}/oauth/authorize?${query}`
}

/** Connects a person as a browser would: our consent page, Microsoft's pages, and back with a code. */
export async function connectPerson(syncUrl: string, address: string): Promise<SampleIntegrator> {
  const verifier = randomToken(systemRandom)
  const state = randomToken(systemRandom)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const visitor = createVisitor()
  const back = await signIn(visitor, authorizeUrl(syncUrl, challenge, state), address, SAMPLE.redirectUri)
  if (back.url.searchParams.get('state') !== state) throw new Error(`connecting ended on: ${titleOf(back)}`)
  return redeem(syncUrl, back.url.searchParams.get('code') ?? '', verifier)
}

/** Goes from an integrator's link over our consent page and Microsoft's pages back to the integrator at `returnTo`. */
export async function signIn(visitor: Visitor, link: string, address: string, returnTo: string): Promise<Page> {
  const consent = await visitor.open(link)
  const accounts = await visitor.press(consent, 'decision', 'continue', returnTo)
  // The page offers a few people of each organisation; anybody else types the address.
  const page = await visitor.submit(accounts, { address }, returnTo)
  // Microsoft asks for consent the first time only.
  return page.url.href.startsWith(returnTo) ? page : visitor.press(page, 'decision', 'accept', returnTo)
}

async function redeem(syncUrl: string, code: string, verifier: string): Promise<SampleIntegrator> {
  const answer = await fetch(`${syncUrl}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'authorization_code',
      client_id: SAMPLE.clientId,
      client_secret: SAMPLE.secret,
      redirect_uri: SAMPLE.redirectUri,
      code,
      code_verifier: verifier,
    }),
  })
  const { access_token } = (await answer.json()) as { access_token?: string }
  if (access_token === undefined) throw new Error(`the token endpoint answered ${answer.status}`)
  return createClient(syncUrl, access_token)
}

function createClient(syncUrl: string, token: string): SampleIntegrator {
  const read = async (url: string) => {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  return {
    token,
    get: (path) => read(`${syncUrl}${path}`),
    async send(method, path, body) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const answer = await fetch(`${syncUrl}${path}`, { method, headers, body: JSON.stringify(body) })
      const location = answer.headers.get('location')
      return { status: answer.status, action: location === null ? '' : new URL(location).pathname }
    },
    async events(query = {}) {
      const all: ApiEvent[] = []
      const search = new URLSearchParams({ tzid: 'Etc/UTC', ...query })
      let next: string | undefined = `${syncUrl}/v1/events?${search}`
      while (next !== undefined) {
        const { status, body } = await read(next)
        if (status !== 200) throw new Error(`reading events was answered with ${status}`)
        all.push(...(body['events'] as ApiEvent[]))
        next = (body['pages'] as { next_page?: string }).next_page
      }
      return all
    },
  }
}
