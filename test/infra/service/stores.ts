import { readdirSync, readFileSync } from 'node:fs'
import { VAULT_KEY_NAMES } from '../../../shared/crypto/vault.ts'
import { QUEUES } from '../../../shared/messaging/dead-letters.ts'
import { TABLE_NAMES } from '../../../shared/storage/table.ts'

import type { Files, Plan, Planned } from '../bicep/plan.ts'
import { asText, get, type Value } from '../bicep/values.ts'

const QUEUE = 'Microsoft.ServiceBus/namespaces/queues'
const TABLE = 'Microsoft.Storage/storageAccounts/tableServices/tables'
const KEY = 'Microsoft.KeyVault/vaults/keys'

/** What the vault is asked, or what the app does with the public half. */
const OPERATIONS: Readonly<Record<string, string>> = {
  [VAULT_KEY_NAMES.wrapping]: 'unwrapKey,wrapKey',
  [VAULT_KEY_NAMES.signing]: 'sign,verify',
}

/** The queues whose messages a function takes, with whether they come in sessions. */
export function triggers(): ReadonlyMap<string, boolean> {
  const sources = readdirSync('functions').map((name) => readFileSync(`functions/${name}`, 'utf8'))
  return new Map(
    sources.flatMap((source) => {
      const name = /serviceBusQueue\([\s\S]*queueName: '([^']+)'/.exec(source)?.[1]
      return name === undefined ? [] : [[name, /isSessionsEnabled: true/.test(source)] as const]
    }),
  )
}

/** The queues that code sends to. */
export const sends = (): readonly string[] =>
  [...readFileSync('shared/messaging/service-bus.ts', 'utf8').matchAll(/createSend\(\w+, '(\w+)'\)/g)].map(
    ([, name = '']) => name,
  )

const made = ({ resources }: Plan, type: string): Planned[] =>
  resources.filter((resource) => resource.type === type && resource.isDeployed)

const lastName = ({ name }: Planned): string => name.split('/').at(-1) ?? ''

const difference = (kind: string, needed: readonly string[], given: readonly string[]): string[] => [
  ...needed.filter((name) => !given.includes(name)).map((name) => `the ${kind} ${name} is not made`),
  ...given.filter((name) => !needed.includes(name)).map((name) => `nothing needs the ${kind} ${name}`),
]

export function queueProblems(plan: Plan, files: Files): string[] {
  const defined: { queues: Record<string, Value>[] } = JSON.parse(files('infra/queues.json') ?? '{"queues":[]}')
  const needed = [...new Set([...triggers().keys(), ...sends(), ...Object.keys(QUEUES)])]
  const queues = made(plan, QUEUE)
  return [
    ...difference('queue', needed, queues.map(lastName)),
    ...defined.queues.flatMap(({ name, maxMessageSizeInKilobytes: _, ...wanted }) => {
      const queue = queues.find((candidate) => lastName(candidate) === name)
      return Object.entries(wanted)
        .filter(([property, value]) => queue !== undefined && get(queue.body, 'properties', property) !== value)
        .map(([property, value]) => `the queue ${asText(name)}: ${property} is not ${asText(value)}`)
    }),
    ...queues
      .filter((queue) => triggers().get(lastName(queue)) !== get(queue.body, 'properties', 'requiresSession'))
      .map((queue) => `the queue ${lastName(queue)} and its function disagree on sessions`),
  ]
}

export const tableProblems = (plan: Plan): string[] =>
  difference('table', [...TABLE_NAMES], made(plan, TABLE).map(lastName))

export function keyProblems(plan: Plan): string[] {
  const keys = made(plan, KEY)
  return [
    ...difference('key', Object.values(VAULT_KEY_NAMES), keys.map(lastName)),
    ...keys.flatMap((key) => {
      const property = (name: string) => get(key.body, 'properties', name)
      const operations = [property('keyOps')]
        .flat()
        .map((operation) => asText(operation))
        .sort()
        .join()
      return [
        ...(property('kty') === 'RSA' && property('keySize') === 3072
          ? []
          : [`the key ${lastName(key)} is not RSA-3072`]),
        ...(operations === OPERATIONS[lastName(key)] ? [] : [`the key ${lastName(key)} allows ${operations}`]),
      ]
    }),
  ]
}
