import { type Context, Hono } from 'hono'
import type { Person } from '../world.ts'
import type { Application } from './applications.ts'
import { problemPage } from './pages/problem.ts'
import { Refusal } from './refusal.ts'
import { type ReturnAddress, refusalParameters, sendBack } from './reply.ts'
import { chooseAccount, choosePerson, readStep } from './sign-in.ts'
import type { EntraState } from './state.ts'

export type Reply = Response | Promise<Response>

interface FlowRequest {
  readonly tenant: string
  readonly application: Application
  readonly back: ReturnAddress
}

/** What differs between a sign-in and an installation. Everything here may throw a `Refusal`. */
interface Flow<Request extends FlowRequest> {
  readonly path: string
  /** A refusal here becomes a page: nothing may be sent to an address that is not registered (RFC 6749, 4.1.2.1). */
  read(tenant: string, query: Record<string, string>): Request
  open(c: Context, request: Request): Reply
  /** Goes on once it is known who signs in. */
  proceed(c: Context, request: Request, person: Person): Reply
  accept(c: Context, request: Request, person: Person, forEveryone: boolean): Reply
  /** Parameters that go along with a refusal. */
  readonly onRefusal?: Record<string, string>
}

/** The pages of a flow. Each page posts to the address it was opened with, so the request never has to be stored. */
export function createFlow<Request extends FlowRequest>(state: EntraState, flow: Flow<Request>): Hono {
  async function answer(c: Context, go: (request: Request) => Reply): Promise<Response> {
    let request: Request | undefined
    try {
      request = flow.read(c.req.param('tenant') ?? '', c.req.query())
      return await go(request)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (request === undefined) return problemPage(c, error)
      return sendBack(c, request.back, { ...flow.onRefusal, ...refusalParameters(state, error) })
    }
  }

  async function step(c: Context, request: Request): Promise<Response> {
    const given = readStep(await c.req.parseBody())
    if ('address' in given) return enter(c, request, given.address)
    const person = state.sessions.people(c).find(({ oid }) => oid === given.oid)
    if (given.decision === 'switch' || person === undefined) return chooseAccount(c, state, question(request))
    if (given.decision === 'cancel') throw new Refusal(65004)
    if (given.decision === 'return') throw new Refusal(90094)
    return flow.accept(c, request, person, given.forEveryone)
  }

  async function enter(c: Context, request: Request, address: string): Promise<Response> {
    const chosen = choosePerson(state, request.tenant, address)
    if (chosen instanceof Refusal) {
      return chooseAccount(c, state, { ...question(request), address, refusal: chosen })
    }
    state.sessions.signIn(c, chosen)
    return flow.proceed(c, request, chosen)
  }

  const app = new Hono()
  app.get(flow.path, (c) => answer(c, (request) => flow.open(c, request)))
  app.post(flow.path, (c) => answer(c, (request) => step(c, request)))
  return app
}

const question = ({ tenant, application }: FlowRequest) => ({ tenant, application })
