import type { Caller, Deliver } from '../../../infra/local/microsoft365/graph/context.ts'
import { type Faults, noFaults } from '../../../infra/local/microsoft365/graph/faults.ts'
import { createGraph, type Graph } from '../../../infra/local/microsoft365/graph/graph.ts'
import { createWorld, type Person, type World } from '../../../infra/local/microsoft365/world.ts'
import type { Entra } from '../../../shared/accounts/ports.ts'
import { SyncError } from '../../../shared/core/errors.ts'
import { hours, later } from '../../../shared/core/time.ts'
import type { Dice } from '../../support/dice.ts'
import { type Farewell, watchFarewells } from '../judging/farewell.ts'
import { mailboxOf, type Patience, watchPatience } from '../judging/patience.ts'
import type { Scheduler } from '../scheduler.ts'
import type { FaultRates, Swarm } from '../swarm/swarm.ts'
import { createEmptyRounds, type EmptyRounds } from './empty-rounds.ts'
import { landLate, remote, type Surroundings } from './instance-ports.ts'

/** Stands in every token and token cache, to be searched for where none may be. */
export const TOKEN_CANARY = 'canarytoken'

/** Entra, Graph and the mailboxes behind them, without HTTP. */
export interface Microsoft365 {
  readonly world: World
  readonly graph: Graph
  readonly faults: Faults
  readonly people: readonly Person[]
  readonly entra: Entra
  /** From now on nothing that a person has signed in for before gives a token, as after a new password. */
  lockOut(person: Person): void
  /** From now on subscriptions and what they tell are lost as often as these rates say. */
  disturbSubscriptions(rates: FaultRates): void
  readonly emptyRounds: EmptyRounds
  readonly patience: Patience
  readonly farewell: Farewell
  /** Of requests that got there long after whoever sent them had given them up. */
  readonly lateSubscriptions: Set<string>
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly dice: Dice
  readonly swarm: Swarm
  readonly rates: () => FaultRates
  readonly deliver: Deliver
}

export function createMicrosoft365({ scheduler, dice, swarm, rates, deliver }: Dependencies): Microsoft365 {
  const clock = scheduler.clock({ name: 'microsoft', alive: true })
  const world = createWorld({ clock, random: dice })
  const organisations = ['contoso', 'fabrikam']
    .slice(0, swarm.neighbours.organisations)
    .map((name) => world.addOrganisation({ name, domain: `${name}.example` }))
  const people = Array.from({ length: swarm.people }, (_, at) =>
    world.addPerson({ tid: organisations[at % organisations.length]?.tid ?? '', displayName: `Person ${at + 1}` }),
  )
  for (const person of people) addCalendars(world, person, swarm)
  const faults: Faults = {
    ...noFaults(),
    seed: dice.fork('faults').below(2 ** 31),
    delta: { ...noFaults().delta, ...swarm.delta },
  }
  Object.assign(faults.notifications, swarm.notifications)
  const { duplicateStatus, versionAfterWrite, neighbours } = swarm
  Object.assign(faults, {
    ...{ duplicateStatus, versionAfterWrite },
    transactionMemoryMs: neighbours.transactionMemoryMs,
    keepsDeleted: neighbours.keepsDeleted,
  })
  const expiresAt = later(clock.now(), hours(1_000_000))
  const verify = (token: string): Caller | undefined => {
    const person = people.find(({ oid }) => token.startsWith(`${TOKEN_CANARY}.access.${oid}.`))
    const scopes = ['Calendars.ReadWrite', 'User.Read', 'MailboxSettings.Read']
    return person && { oid: person.oid, tid: person.tid, appId: 'app', scopes, expiresAt }
  }
  const graph = createGraph({ world, clock, random: dice, faults, tokens: { verify }, deliver })
  const emptyRounds = createEmptyRounds(dice.fork('empty rounds'), rates)
  const patience = watchPatience(scheduler, swarm)
  const farewell = watchFarewells(scheduler)
  const signsIn = (oid: string) => {
    patience.signsIn(oid)
    farewell.signsIn(oid)
    emptyRounds.signsIn(oid)
  }
  return {
    world,
    graph,
    faults,
    people,
    emptyRounds,
    patience,
    farewell,
    lateSubscriptions: new Set(),
    disturbSubscriptions: (now) => disturb(faults, now),
    ...createEntra({ people, dice, rates, expiresAt, signsIn }),
  }
}

function addCalendars(world: World, { oid, tid, displayName }: Person, { calendars, neighbours }: Swarm): void {
  const mailbox = world.mailboxOf(oid)
  const colleague = neighbours.shares && world.addPerson({ tid, displayName: `Colleague of ${displayName}` })
  for (let more = 1; more < calendars; more++) {
    const home = colleague ? world.mailboxOf(colleague.oid) : mailbox
    const { id } = home.addCalendar({ name: `Calendar ${more}` })
    if (colleague) home.shareCalendar(id, mailbox, { canEdit: true })
  }
}

function disturb({ notifications, lifecycle, subscriptions }: Faults, rates: FaultRates): void {
  Object.assign(notifications, { drop: rates.notificationLost, deaf: rates.deaf })
  Object.assign(lifecycle, {
    ...{ removed: rates.subscriptionRemoved, missed: rates.missedTold },
    ...{ reauthorize: rates.reauthorizationTold, lost: rates.lifecycleLost },
  })
  Object.assign(subscriptions, { unreachable: rates.subscribingRefused, renewalGone: rates.renewalGone })
}

interface EntraDependencies extends Pick<Dependencies, 'dice' | 'rates'> {
  readonly people: readonly Person[]
  readonly expiresAt: Caller['expiresAt']
  /** Told of each person who signs in. */
  readonly signsIn: (oid: string) => void
}

/** Signs in whoever comes with the code that is their object id. */
function createEntra({
  people,
  dice,
  rates,
  expiresAt,
  signsIn,
}: EntraDependencies & { expiresAt: ReturnType<typeof later> }): Pick<Microsoft365, 'entra' | 'lockOut'> {
  let issued = 0
  const lockedUpTo = new Map<string, number>()
  const cacheOf = (oid: string) => `${TOKEN_CANARY}.cache.${oid}.${++issued}`
  const personOf = (oid: string | undefined): Person => {
    const person = people.find((one) => one.oid === oid)
    if (person === undefined) throw new SyncError('RECONNECT_REQUIRED', 'nobody has this token')
    return person
  }
  const entra: Entra = {
    authorizeUrl: async ({ state }) => `https://login.example/?state=${state}`,
    adminConsentUrl: (state) => `https://login.example/adminconsent?state=${state}`,
    async redeem(code) {
      const { oid, tid, userPrincipalName, displayName } = personOf(code)
      signsIn(oid)
      const identity = { tenantId: tid, objectId: oid, username: userPrincipalName, name: displayName }
      return { identity, standing: { roles: [], groups: [], appRoles: [] }, tokenCache: cacheOf(oid) }
    },
    async accessToken(tokenCache) {
      const [, , known, number] = tokenCache.split('.')
      const { oid } = personOf(known)
      if (Number(number) <= (lockedUpTo.get(oid) ?? 0)) throw new SyncError('RECONNECT_REQUIRED', 'a new password')
      const rotated = dice.chance(rates().tokenRotates)
      return {
        accessToken: `${TOKEN_CANARY}.access.${oid}.${++issued}`,
        expiresAt,
        tokenCache: rotated ? cacheOf(oid) : tokenCache,
      }
    },
  }
  return { entra, lockOut: ({ oid }) => void lockedUpTo.set(oid, issued) }
}

/** Graph as one instance reaches it. Its page size is a hint, and the stand-in gives the one the seed chose. */
export function remoteFetch(
  surroundings: Surroundings,
  { graph, faults, emptyRounds, patience, farewell, lateSubscriptions }: Microsoft365,
  pageSize: number,
): typeof globalThis.fetch {
  const { dice, rates, scheduler } = surroundings
  return (input, init) => {
    const request = new Request(input instanceof Request ? input : String(input), { ...init, redirect: 'follow' })
    const prefer = request.headers.get('prefer')
    if (prefer) request.headers.set('prefer', prefer.replace(/maxpagesize=\d+/, `maxpagesize=${pageSize}`))
    const what = new URL(request.url).pathname.split('/').at(-1)?.slice(0, 20)
    patience.sends(request)
    farewell.sends(mailboxOf(request))
    return remote(surroundings, `graph ${request.method} ${what}`, async () => {
      if (surroundings.isCut('graph')) throw new TypeError('simulated: cut off')
      const lost = dice.chance(rates().graphLost)
      if (lost && dice.chance(0.5)) {
        landLate(surroundings, `graph ${request.method}`, async () => {
          const answer = await graph.fetch(request.clone())
          if (what === 'subscriptions' && answer.status === 201) lateSubscriptions.add((await answer.json()).id)
        })
        throw new TypeError('simulated: lost on the way there')
      }
      const refused = refusal()
      if (refused !== undefined) {
        scheduler.note(`  graph answers ${refused.status}${refused.afterCommit ? ' although it did it' : ''}`)
        faults.answers = [{ ...refused, ...(what === '$batch' && partOfBatch()), times: 1 }]
      }
      const response = await emptyRounds.answer(request, async (one) => graph.fetch(one))
      faults.answers = []
      if (lost) throw new TypeError('simulated: lost on the way back')
      await patience.hears(request, response)
      return response
    })
  }

  /** The batch as a whole, or one of the requests in it. */
  function partOfBatch() {
    return dice.chance(0.3) ? {} : { path: '/events', every: 1 + dice.below(3) }
  }

  function refusal() {
    if (dice.chance(rates().tokenRefused)) return { status: 401 }
    if (!dice.chance(rates().graphRefuses)) return undefined
    const status = dice.pick([429, 429, 500, 503, 504, 403])
    const afterCommit = status >= 500 && dice.chance(0.5)
    const retryAfter = status === 429 || dice.chance(0.5) ? String(dice.pick([0, 1, 10, 120])) : undefined
    return { status, afterCommit, retryAfter }
  }
}
