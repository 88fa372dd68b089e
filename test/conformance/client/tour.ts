import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { fillMailbox, MailboxOrder } from '../../../infra/local/microsoft365/control/mailboxes.ts'
import type { Mailbox } from '../../../infra/local/microsoft365/mailbox/mailbox.ts'
import { createWorld, type Person } from '../../../infra/local/microsoft365/world.ts'
import { signIn } from '../../../infra/local/sample-integrator.ts'
import { SAMPLE } from '../../../infra/local/settings.ts'
import { startSystem } from '../../../infra/local/system.ts'
import { createVisitor, type Visitor } from '../../../infra/local/visitor.ts'
import { randomToken, systemRandom } from '../../../shared/core/random.ts'
import { systemClock } from '../../../shared/core/time.ts'
import { type Receiver, startReceiver } from './receiver.ts'

/** The package has no types of its own. */
const Cronofy = createRequire(import.meta.url)('cronofy') as new (credentials: object) => Client

/** An answer of the client, as far as anybody here looks at it. */
// biome-ignore lint/suspicious/noExplicitAny: the client has no types, and the steps look at what the wire says
export type Answer = any

/** The unmodified client, by the names of its methods. */
export type Client = Record<string, (options?: object) => Promise<Answer>> & { config: Record<string, string> }

/** @throws when the client has no such method, or as the method does. */
export async function call(client: Client, method: string, options: object = {}): Promise<Answer> {
  const ask = client[method]
  if (ask === undefined) throw new Error(`the client has no method ${method}`)
  return ask.call(client, options)
}

/** One integrator's program, one connected person, and the local system between them. */
export interface Tour {
  readonly client: Client
  readonly person: Person
  readonly mailbox: Mailbox
  readonly visitor: Visitor
  readonly receiver: Receiver
  readonly sync: string
  /** What one step tells the next. */
  readonly memory: Map<string, Answer>
  /** The person agrees in the browser. */
  authorize(): Promise<{ code: string; verifier: string }>
  close(): Promise<void>
}

/** More than fits into two pages of events. */
const SINGLES = 4_500

const SCOPES = 'read_events create_event delete_event read_free_busy change_participation_status create_calendar'

export async function startTour(offset: number): Promise<Tour> {
  const world = createWorld({ clock: systemClock, random: systemRandom })
  world.addOrganisation({ name: 'Contoso', domain: 'contoso.example' })
  const { person, mailbox } = fillMailbox(world, MailboxOrder.parse({ singles: SINGLES, series: 3 }))
  const system = await startSystem({ offset, world, log: () => undefined, write: () => undefined })
  const receiver = await startReceiver()
  const visitor = createVisitor()
  const { sync } = system.addresses
  const client = new Cronofy({ client_id: SAMPLE.clientId, client_secret: SAMPLE.secret })
  Object.assign(client, { urls: { api: sync } })
  return {
    ...{ client, person, mailbox, visitor, receiver, sync },
    memory: new Map(),
    async authorize() {
      const [verifier, state] = [randomToken(systemRandom), randomToken(systemRandom)]
      const back = await signIn(
        visitor,
        authorizeUrl(sync, verifier, state),
        person.userPrincipalName,
        SAMPLE.redirectUri,
      )
      return { code: back.url.searchParams.get('code') ?? '', verifier }
    },
    async close() {
      await receiver.close()
      await system.close()
    },
  }
}

function authorizeUrl(sync: string, verifier: string, state: string): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: SAMPLE.clientId,
    redirect_uri: SAMPLE.redirectUri,
    scope: SCOPES,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return `${sync}/oauth/authorize?${query}`
}
