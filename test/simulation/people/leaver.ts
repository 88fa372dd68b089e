import type { Person } from '../../../infra/local/microsoft365/world.ts'
import { type DurationMs, minutes, seconds } from '../../../shared/core/time.ts'
import type { Service } from '../../../shared/service.ts'
import type { Dice } from '../../support/dice.ts'
import { visitMe } from '../../support/me.ts'
import { form } from '../../support/oauth.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { Cluster } from '../service/cluster.ts'
import type { Swarm } from '../swarm/swarm.ts'
import type { Integration } from './users.ts'

/** What is left of a person's account in the end. */
export type Fate = 'stays' | 'erased' | 'disconnected'

/** Somebody who now and then ends what they have with us, and comes back. */
export interface Leaver {
  readonly fate: Fate
  /** Whether the person has pressed the button that erases everything, whatever came of it. */
  readonly hasAsked: boolean
  /** Leaves and comes back, as often as the world has it. */
  work(): Promise<void>
  /** The last deed, when everybody else is done: leaves for good, or connects with everybody again. */
  end(): Promise<void>
}

interface Dependencies {
  readonly scheduler: Scheduler
  readonly owner: Owner
  readonly dice: Dice
  readonly swarm: Swarm
  readonly cluster: Cluster
  readonly person: Person
  readonly integrators: readonly Integration[]
}

/** What somebody tries in vain so often was not possible: there is no button for what is not there. */
const MOST_TRIES = 6
const PAUSES = [seconds(1), minutes(1), minutes(12), minutes(40)] as const

export function createLeaver(dependencies: Dependencies): Leaver {
  const { scheduler, owner, dice, swarm, cluster, person, integrators } = dependencies
  const clock = scheduler.clock(owner)
  const fate: Fate = swarm.episodes.leavings === 0 ? 'stays' : dice.pick(['stays', 'stays', 'erased', 'disconnected'])

  let hasAsked = false

  /** @returns whether it was done. */
  async function press(button: string, path?: string): Promise<boolean> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      try {
        const { status } = await cluster.askPatiently(owner, `presses ${button}`, async (service) => {
          const visitor = await visitMe(service, person)
          return visitor.press(button, await visitor.open(path))
        })
        scheduler.note(`  ${owner.name} pressed ${button}: ${status}`)
        if (status === 303) return true
      } catch (error) {
        scheduler.note(`  ${owner.name} could not press ${button}: ${error}`)
      }
      await clock.sleep(seconds(10 * 2 ** tries))
    }
    return false
  }

  /** K7: a minute later the tokens there were are good for nothing, whichever instance is asked. */
  async function tryAgain(kept: readonly (() => Promise<readonly string[]>)[]): Promise<void> {
    await clock.sleep(minutes(1))
    for (const probe of kept) {
      const good = await probe()
      if (good.length > 0) scheduler.violate(`K7: tokens of an erased account are good for ${good.join(' and ')}`)
    }
  }

  async function erase(): Promise<boolean> {
    hasAsked = true
    const kept = integrators.map(({ client }) => client.keepTokens())
    if (!(await press('Erase everything', '/me/erase'))) return false
    ended('erased', connectionsOf(integrators))
    void tryAgain(kept)
    return true
  }

  const connectionsOf = (some: readonly Integration[]) =>
    new Map(some.map(({ client }) => [client, client.connections]))

  function ended(how: string, before: ReturnType<typeof connectionsOf>): void {
    scheduler.note(`  ${owner.name} HAS ${how.toUpperCase()}`)
    for (const [client, connections] of before) client.ended = { connections, at: scheduler.now() }
  }

  /** Whoever is given access while the button is pressed may keep it. */
  async function disconnect(): Promise<boolean> {
    const before = connectionsOf(integrators)
    const isDone = await press('Disconnect all')
    if (isDone) ended('disconnected', before)
    return isDone
  }

  /** Whether somebody who would disconnect sees that this was done already, by an erasure or by revoking the last access. */
  async function hasNothing(): Promise<boolean> {
    const look = async (service: Service) => (await (await visitMe(service, person)).open()).body
    const body = await cluster.askPatiently(owner, 'looks at what there is', look).catch(() => '')
    return body.includes('You are signed in as') && !body.includes('Disconnect all')
  }

  async function revoke(): Promise<void> {
    const one = dice.pick(integrators)
    const before = connectionsOf([one])
    if (await press(`Revoke ${one.registration.name}`)) ended('revoked', before)
  }

  /** An integrator gives its access back. */
  async function letGo(): Promise<void> {
    const { client, registration } = dice.pick(integrators)
    const [client_secret = ''] = registration.secrets
    const fields = { client_id: registration.clientId, client_secret, token: client.refreshToken() }
    const asking = form('/oauth/token/revoke', fields)
    await cluster.askPatiently(owner, 'is let go of', ({ oauth }) => oauth.revoke(asking)).catch(() => undefined)
  }

  async function lockOut(): Promise<void> {
    scheduler.note(`  ${owner.name} CHANGES THE PASSWORD`)
    cluster.microsoft.lockOut(person)
  }

  const DEEDS = [erase, erase, disconnect, revoke, letGo, lockOut] as const

  async function comeBack(): Promise<void> {
    for (const { client, follower } of integrators) {
      await client.connect()
      follower?.startOver()
    }
  }

  return {
    fate,
    get hasAsked() {
      return hasAsked
    },
    async work() {
      for (let done = 0; done < swarm.episodes.leavings; done++) {
        await clock.sleep(dice.below(dice.pick(PAUSES)) as DurationMs)
        await dice.pick(DEEDS)()
        await clock.sleep(dice.below(dice.pick(PAUSES)) as DurationMs)
        await comeBack()
      }
    },
    async end() {
      const { leavings, restore } = swarm.episodes
      // What was signed in for since a backup is not in it.
      if (fate === 'stays') return leavings > 0 || restore ? comeBack() : undefined
      for (const { client } of integrators) await client.retire()
      const leave = fate === 'erased' ? erase : disconnect
      while (!(await leave()) && !(await hasNothing())) await clock.sleep(minutes(5))
    },
  }
}
