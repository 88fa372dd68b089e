import { createHash, timingSafeEqual } from 'node:crypto'
import type { Act, Audit } from '../audit/ports.ts'
import { isFailure, SyncError } from '../core/errors.ts'
import { type Random, randomToken } from '../core/random.ts'
import type { Clock } from '../core/time.ts'
import { checkRegistration, type Integrator, type Registration } from './integrator.ts'
import type { IntegratorStore } from './ports.ts'

export interface Integrators {
  /**
   * Registers an integrator, or changes the registration of one.
   * @throws SyncError `SETTINGS_INVALID` when a rule is broken, or the client id was one of a removed integrator.
   */
  register(registration: Registration): Promise<void>
  /** @returns undefined for one that was removed, too. */
  find(clientId: string): Promise<Integrator | undefined>
  /** Every integrator that is registered, by client id. */
  list(): Promise<readonly Integrator[]>
  /** @returns the integrator when the secret is one of its active ones; undefined for anybody else, in the same time. */
  authenticate(clientId: string, secret: string | undefined): Promise<Integrator | undefined>
  /** The integrator whose active secret this is: all that a request with an API key says. */
  bySecret(secret: string): Promise<Integrator | undefined>
  /**
   * Gives an integrator a second secret beside the one it has; both are good until the older one is ended.
   * @returns the new secret, which is told once.
   * @throws SyncError `SETTINGS_INVALID` when there are two already, or no such integrator.
   */
  addSecret(clientId: string): Promise<string>
  /** Gives it a new secret in place of all it has, which are good no more; as `addSecret` otherwise. */
  replaceSecrets(clientId: string): Promise<string>
  /** Leaves only the newest secret. @throws SyncError `SETTINGS_INVALID` when it is the only one anyway. */
  endOldSecret(clientId: string): Promise<void>
  /** Ends everything the integrator was given. @throws SyncError `SETTINGS_INVALID` when there is no such integrator. */
  remove(clientId: string): Promise<void>
}

export interface IntegratorsDependencies {
  readonly store: IntegratorStore
  readonly audit: Audit
  /** Whether redirect URIs of plain http to this machine are accepted. */
  readonly allowLoopback: boolean
  readonly clock: Clock
  readonly random: Random
}

export function createIntegrators(dependencies: IntegratorsDependencies): Integrators {
  const { store, audit, allowLoopback, clock, random } = dependencies
  return { register, find, list, authenticate, bySecret, addSecret, replaceSecrets, endOldSecret, remove }

  async function register(registration: Registration): Promise<void> {
    checkRegistration(registration, allowLoopback)
    const known = await store.find(registration.clientId)
    // Old tokens of a removed integrator would be good again.
    if (known?.value.removedAt !== undefined) throw refusal('this client id belonged to a removed integrator')
    const owners = await Promise.all(registration.secrets.map((secret) => store.clientOf(secret)))
    // A request with an API key says no more than the secret.
    if (owners.some((owner) => owner !== undefined && owner !== registration.clientId))
      throw refusal('a secret is that of another integrator')
    await record('integrator-registered', registration.clientId)
    await store.save(registration, known)
  }

  async function find(clientId: string): Promise<Integrator | undefined> {
    const found = await store.find(clientId)
    return found?.value.removedAt === undefined ? found?.value : undefined
  }

  async function list(): Promise<readonly Integrator[]> {
    const registered = (await store.all()).filter(({ removedAt }) => removedAt === undefined)
    return registered.sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
  }

  async function authenticate(clientId: string, secret: string | undefined): Promise<Integrator | undefined> {
    const integrator = await find(clientId)
    const presented = sha256(secret ?? '')
    // Always two comparisons, so that neither an unknown client nor a second secret shows in the time it takes.
    const matches = [0, 1].map((slot) => {
      const known = integrator?.secrets[slot]
      return timingSafeEqual(presented, sha256(known ?? '')) && known !== undefined
    })
    return secret !== undefined && matches.includes(true) ? integrator : undefined
  }

  async function bySecret(secret: string): Promise<Integrator | undefined> {
    const clientId = await store.clientOf(secret)
    return clientId === undefined ? undefined : authenticate(clientId, secret)
  }

  function addSecret(clientId: string): Promise<string> {
    return issueSecret(clientId, (secret, { secrets }) => {
      if (secrets.length > 1) throw refusal('two secrets are active already; end the older one first')
      return [...secrets, secret]
    })
  }

  function replaceSecrets(clientId: string): Promise<string> {
    return issueSecret(clientId, (secret) => [secret])
  }

  /** A secret that is stored and told to nobody would lock its integrator out. */
  async function issueSecret(
    clientId: string,
    secretsWith: (secret: string, known: Integrator) => readonly string[],
  ): Promise<string> {
    const secret = randomToken(random)
    try {
      await change('integrator-secret-rotated', clientId, (integrator) => ({
        ...integrator,
        secrets: secretsWith(secret, integrator),
      }))
    } catch (error) {
      const isStored = isFailure(error, 'OUTCOME_UNKNOWN') && (await find(clientId))?.secrets.includes(secret)
      if (!isStored) throw error
    }
    return secret
  }

  async function endOldSecret(clientId: string): Promise<void> {
    await change('integrator-secret-rotated', clientId, (integrator) => {
      if (integrator.secrets.length < 2) throw refusal('only one secret is active')
      return { ...integrator, secrets: integrator.secrets.slice(-1) }
    })
  }

  async function remove(clientId: string): Promise<void> {
    await change('integrator-removed', clientId, (known) => ({ ...known, secrets: [], removedAt: clock.now() }))
  }

  async function change(act: Act, clientId: string, changed: (known: Integrator) => Integrator): Promise<void> {
    const found = await store.find(clientId)
    if (found === undefined || found.value.removedAt !== undefined) throw refusal('no integrator has this client id')
    const value = changed(found.value)
    await record(act, clientId)
    await store.save(value, found)
  }

  /** Registrations are the operator's. */
  function record(act: Act, integrator: string): Promise<void> {
    return audit.record({ act, actor: { kind: 'operator' }, facts: { integrator } })
  }
}

const refusal = (rule: string) => new SyncError('SETTINGS_INVALID', `integrator registration: ${rule}`)

/** So that secrets of any length are compared in the same time. */
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
