import { createHash, timingSafeEqual } from 'node:crypto'
import { checkRegistration, type Integrator, type Registration } from './integrator.ts'
import type { IntegratorStore } from './ports.ts'

export interface Integrators {
  /** Registers an integrator, or changes the registration of one. @throws SyncError `SETTINGS_INVALID`. */
  register(registration: Registration): Promise<void>
  find(clientId: string): Promise<Integrator | undefined>
  /** @returns the integrator when the secret is one of its active ones; undefined for anybody else, in the same time. */
  authenticate(clientId: string, secret: string | undefined): Promise<Integrator | undefined>
}

export interface IntegratorsDependencies {
  readonly store: IntegratorStore
  /** Whether redirect URIs of plain http to this machine are accepted. */
  readonly allowLoopback: boolean
}

export const createIntegrators = ({ store, allowLoopback }: IntegratorsDependencies): Integrators => ({
  async register(registration) {
    checkRegistration(registration, allowLoopback)
    const { secrets, ...integrator } = registration
    await store.save({ ...integrator, secretHashes: secrets.map((secret) => sha256(secret).toString('base64url')) })
  },

  find: (clientId) => store.find(clientId),

  async authenticate(clientId, secret) {
    const integrator = await store.find(clientId)
    const hashes = integrator?.secretHashes ?? []
    const presented = sha256(secret ?? '')
    // Always two comparisons, so that neither an unknown client nor a second secret shows in the time it takes.
    const matches = [0, 1].map((slot) => {
      const known = hashes[slot]
      const expected = known === undefined ? NOBODY : Buffer.from(known, 'base64url')
      return timingSafeEqual(presented, expected) && known !== undefined
    })
    return secret !== undefined && matches.includes(true) ? integrator : undefined
  },
})

/** Secrets carry 256 bits of chance, so one round of a plain hash leaves nothing to guess. */
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

const NOBODY = sha256('')
