import type { KeyObject } from 'node:crypto'
import type { Random } from '../../../shared/core/random.ts'
import type { Clock } from '../../../shared/core/time.ts'
import { keyDisabled, keyNotFound, notPermitted, notValidNow } from './errors.ts'
import { generateRsaKey } from './rsa.ts'

export const KEY_OPERATIONS = ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'] as const
export type KeyOperation = (typeof KEY_OPERATIONS)[number]

/** One version of a key. Times are seconds since the epoch, as on the wire. */
export interface KeyVersion {
  readonly name: string
  readonly version: string
  readonly created: number
  readonly operations: readonly KeyOperation[]
  readonly privateKey: KeyObject
  enabled: boolean
  updated: number
  notBefore?: number | undefined
  expires?: number | undefined
}

/** What of a version can be changed; what is not named stays. */
export type KeyChange = Partial<Pick<KeyVersion, 'enabled' | 'notBefore' | 'expires'>>

/** The keys of one vault and their versions, oldest version first. */
export interface Keys {
  all(): KeyVersion[]
  /** Makes a new version, and the key itself when there is none of that name. */
  create(name: string, operations?: readonly KeyOperation[]): Promise<KeyVersion>
  /** The newest version when none is named. @throws VaultRefusal `KeyNotFound` */
  find(name: string, version?: string): KeyVersion
  versions(name: string): KeyVersion[]
  update(key: KeyVersion, change: KeyChange): Promise<void>
}

interface Dependencies {
  clock: Clock
  random: Random
  /** Called after every change and awaited before the change is answered. */
  save(keys: readonly KeyVersion[]): Promise<void>
}

export function createKeys({ clock, random, save }: Dependencies, stored: readonly KeyVersion[]): Keys {
  const keys = [...stored]
  let saved = Promise.resolve()
  const saveInTurn = () => {
    saved = saved.then(() => save(keys))
    return saved
  }
  const now = () => Math.floor(clock.now() / 1000)

  const versions = (name: string) => {
    const found = keys.filter((key) => key.name === name)
    if (found.length === 0) throw keyNotFound(name)
    return found
  }

  return {
    all: () => [...keys],
    versions,
    async create(name, operations = KEY_OPERATIONS) {
      const privateKey = await generateRsaKey()
      const version = Buffer.from(random.bytes(16)).toString('hex')
      const at = now()
      const key = { name, version, created: at, updated: at, enabled: true, operations, privateKey }
      keys.push(key)
      await saveInTurn()
      return key
    },
    find(name, version) {
      const found = versions(name).findLast((key) => version === undefined || key.version === version)
      if (found === undefined) throw keyNotFound(`${name}/${version}`)
      return found
    },
    async update(key, change) {
      Object.assign(key, change, { updated: now() })
      await saveInTurn()
    },
  }
}

/** What a version may still do outside of its time: whoever keeps what it protected must be able to get at it. */
const TIMELESS: readonly KeyOperation[] = ['decrypt', 'unwrapKey', 'verify']

/**
 * @param now seconds since the epoch.
 * @throws VaultRefusal when the version is disabled, outside of its time, or was not made for this operation.
 * @see https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#date-time-controlled-operations
 */
export function permit(key: KeyVersion, operation: KeyOperation, now: number): void {
  if (!key.enabled) throw keyDisabled(operation)
  if (!key.operations.includes(operation)) throw notPermitted(operation)
  const { notBefore = Number.NEGATIVE_INFINITY, expires = Number.POSITIVE_INFINITY } = key
  if ((now < notBefore || now >= expires) && !TIMELESS.includes(operation)) throw notValidNow(operation)
}

/** @throws VaultRefusal when the version is disabled: not even its public half is told then. */
export function permitGet(key: KeyVersion): KeyVersion {
  if (!key.enabled) throw keyDisabled('get')
  return key
}
