import { VAULT_KEY_NAMES } from '../../../shared/crypto/vault.ts'
import type { Plan, Planned } from '../bicep/plan.ts'
import { asText, get, isSubject } from '../bicep/values.ts'
import { calls } from './calls.ts'
import { settingsOf } from './settings.ts'
import { sends, triggers } from './stores.ts'

/** @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES: Readonly<Record<string, string>> = {
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  'Azure Service Bus Data Owner': '090c5cfd-751d-490a-894a-3ce6f1109419',
  'Azure Service Bus Data Sender': '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
  'Azure Service Bus Data Receiver': '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
  'Key Vault Crypto Service Encryption User': 'e147488a-f6f5-4113-8e2d-b22465e65bf6',
  'Key Vault Crypto User': '12338af0-0e69-4776-bea7-57ae8d297424',
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb',
}

/** Roles that allow what others do. Who has one needs none of those on the same target. */
const COVERS: Readonly<Record<string, readonly string[]>> = {
  'Azure Service Bus Data Owner': ['Azure Service Bus Data Sender', 'Azure Service Bus Data Receiver'],
  'Key Vault Crypto User': ['Key Vault Crypto Service Encryption User'],
}

type Target =
  | 'data'
  | 'backups'
  | 'queues sent to'
  | 'queues read'
  | 'keys'
  | 'signing key'
  | 'wrapping key'
  | 'nothing'

/** What each call of a library needs. One that is not here is to be looked up and added. */
export const NEEDS: Readonly<Record<string, readonly [role: string, on: Target]>> = {
  '@azure/data-tables createTable': ['Storage Table Data Contributor', 'data'],
  '@azure/data-tables getEntity': ['Storage Table Data Contributor', 'data'],
  '@azure/data-tables listEntities': ['Storage Table Data Contributor', 'data'],
  '@azure/data-tables submitTransaction': ['Storage Table Data Contributor', 'data'],
  '@azure/keyvault-keys getKey': ['Key Vault Crypto Service Encryption User', 'keys'],
  '@azure/keyvault-keys sign': ['Key Vault Crypto User', 'signing key'],
  '@azure/keyvault-keys unwrapKey': ['Key Vault Crypto Service Encryption User', 'wrapping key'],
  '@azure/service-bus abandonMessage': ['Azure Service Bus Data Receiver', 'queues read'],
  '@azure/service-bus completeMessage': ['Azure Service Bus Data Receiver', 'queues read'],
  '@azure/service-bus createMessageBatch': ['Azure Service Bus Data Sender', 'queues sent to'],
  '@azure/service-bus createReceiver': ['', 'nothing'],
  '@azure/service-bus createSender': ['', 'nothing'],
  '@azure/service-bus peekMessages': ['Azure Service Bus Data Receiver', 'queues read'],
  '@azure/service-bus receiveMessages': ['Azure Service Bus Data Receiver', 'queues read'],
  '@azure/service-bus sendMessages': ['Azure Service Bus Data Sender', 'queues sent to'],
  '@azure/storage-blob download': ['Storage Blob Data Contributor', 'backups'],
  '@azure/storage-blob getBlockBlobClient': ['', 'nothing'],
  '@azure/storage-blob listBlobsByHierarchy': ['Storage Blob Data Contributor', 'backups'],
  '@azure/storage-blob listBlobsFlat': ['Storage Blob Data Contributor', 'backups'],
  '@azure/storage-blob upload': ['Storage Blob Data Contributor', 'backups'],
}

/** What the host does with the same identity: locks, its queue, its events; triggers; telemetry. */
const OF_THE_HOST = [
  'Storage Blob Data Owner on host storage',
  'Storage Queue Data Contributor on host storage',
  'Storage Table Data Contributor on host storage',
  'Monitoring Metrics Publisher on Application Insights',
]

/** What the platform does with it to see how many messages wait for a function: it counts them with the Manage right only. */
const OF_THE_SCALER = 'Azure Service Bus Data Owner'

/** `<role> on <what>`, for everything that the code does. */
function neededRoles(): string[] {
  const targets: Readonly<Record<Target, readonly string[]>> = {
    data: ['data storage'],
    backups: ['backup storage'],
    'queues sent to': sends().map((name) => `queue ${name}`),
    'queues read': [...triggers().keys()].map((name) => `queue ${name}`),
    keys: Object.values(VAULT_KEY_NAMES).map((name) => `key ${name}`),
    'signing key': [`key ${VAULT_KEY_NAMES.signing}`],
    'wrapping key': [`key ${VAULT_KEY_NAMES.wrapping}`],
    nothing: [],
  }
  const ofCalls = calls().flatMap((call) => {
    const [role, on] = NEEDS[call] ?? ['', 'nothing']
    return targets[on].map((target) => `${role} on ${target}`)
  })
  const ofTriggers = targets['queues read'].map((target) => `${OF_THE_SCALER} on ${target}`)
  const needed = [...new Set([...OF_THE_HOST, ...ofCalls, ...ofTriggers])]
  const covered = needed.flatMap(coveredBy)
  return needed.filter((role) => !covered.includes(role)).sort()
}

function coveredBy(needed: string): string[] {
  const [role = '', target] = needed.split(' on ')
  return (COVERS[role] ?? []).map((name) => `${name} on ${target}`)
}

export function roleProblems(plan: Plan): string[] {
  const ours = principals(plan)
  const assignments = plan.resources.filter(
    ({ type, isDeployed }) => isDeployed && type === 'Microsoft.Authorization/roleAssignments',
  )
  const ofApp = assignments.filter(({ body }) => ours.includes(asText(get(body, 'properties', 'principalId'))))
  const others = assignments.filter((assignment) => !ofApp.includes(assignment))
  const given = ofApp.map((assignment) => describe(plan, assignment))
  const needed = neededRoles()
  return [
    ...calls()
      .filter((call) => NEEDS[call] === undefined)
      .map((call) => `nobody has said which role ${call} needs`),
    ...needed.filter((role) => !given.includes(role)).map((role) => `the app has not the role ${role}`),
    ...given.filter((role) => !needed.includes(role)).map((role) => `the app has a role that nothing needs: ${role}`),
    ...others
      .filter(({ body }) => get(body, 'properties', 'principalType') !== 'Group')
      .map((assignment) => `somebody else has ${describe(plan, assignment)}`),
  ]
}

/** Object ids of the identities that are made, which the app has. */
export const principals = ({ resources }: Plan): string[] =>
  resources.filter(({ type }) => type === 'Microsoft.ManagedIdentity/userAssignedIdentities').map(principalOf)

function principalOf(identity: Planned): string {
  const properties = identity.property('properties')
  return isSubject(properties) ? asText(properties.property('principalId')) : ''
}

function describe(plan: Plan, { body, scope }: Planned): string {
  const id = asText(get(body, 'properties', 'roleDefinitionId'))
    .split('/')
    .at(-1)
  const role = Object.keys(ROLES).find((name) => ROLES[name] === id) ?? `(unknown role ${id})`
  return `${role} on ${targetOf(plan, scope)}`
}

function targetOf(plan: Plan, scope: Planned | undefined): string {
  const name = scope?.name.split('/').at(-1)
  const settings = settingsOf(plan)
  switch (scope?.type) {
    case 'Microsoft.ServiceBus/namespaces/queues':
      return `queue ${name}`
    case 'Microsoft.KeyVault/vaults/keys':
      return `key ${name}`
    case 'Microsoft.Insights/components':
      return 'Application Insights'
    case 'Microsoft.Storage/storageAccounts':
      if (settings.some((given) => given['TABLES_URL']?.startsWith(`https://${name}.`))) return 'data storage'
      if (settings.some((given) => given['BACKUP_URL']?.startsWith(`https://${name}.`))) return 'backup storage'
      return settings.some((given) => given['AzureWebJobsStorage__accountName'] === name)
        ? 'host storage'
        : `storage ${name}`
    default:
      return scope === undefined ? 'the whole group' : `${scope.type} ${name}`
  }
}
