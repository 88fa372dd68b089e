import { oneOf } from '../shape.ts'
import { IDENTITY, id, LOCATED, NETWORK_RULES, OPEN_OR_NOT, type ResourceType, TAGS } from './common.ts'

const STORAGE = ['2023-01-01', '2023-04-01', '2023-05-01', '2024-01-01', '2025-01-01']
const VAULT = ['2023-07-01', '2024-11-01']
const BUS = ['2024-01-01', '2026-01-01']

const RETENTION = { enabled: 'bool', days: 'int', allowPermanentDelete: 'bool' } as const

/** Where data rests: storage, vault and queues. */
export const DATA: Readonly<Record<string, ResourceType>> = {
  'Microsoft.Storage/storageAccounts': {
    versions: STORAGE,
    pattern: /^[a-z0-9]{3,24}$/,
    shape: {
      ...LOCATED,
      identity: IDENTITY,
      'kind!': oneOf('StorageV2', 'BlobStorage', 'BlockBlobStorage', 'FileStorage', 'Storage'),
      'sku!': {
        'name!': oneOf(
          'Standard_LRS',
          'Standard_ZRS',
          'Standard_GRS',
          'Standard_RAGRS',
          'Standard_GZRS',
          'Standard_RAGZRS',
          'Premium_LRS',
          'Premium_ZRS',
        ),
      },
      properties: {
        accessTier: oneOf('Hot', 'Cool', 'Cold', 'Premium'),
        allowBlobPublicAccess: 'bool',
        allowCrossTenantReplication: 'bool',
        allowSharedKeyAccess: 'bool',
        allowedCopyScope: oneOf('AAD', 'PrivateLink'),
        defaultToOAuthAuthentication: 'bool',
        dnsEndpointType: oneOf('Standard', 'AzureDnsZone'),
        encryption: {
          keySource: oneOf('Microsoft.Storage', 'Microsoft.Keyvault'),
          requireInfrastructureEncryption: 'bool',
          services: { '*': { enabled: 'bool', keyType: oneOf('Account', 'Service') } },
          identity: 'any',
          keyvaultproperties: 'any',
        },
        isHnsEnabled: 'bool',
        minimumTlsVersion: oneOf('TLS1_2', 'TLS1_3'),
        networkAcls: NETWORK_RULES,
        publicNetworkAccess: oneOf('Enabled', 'Disabled', 'SecuredByPerimeter'),
        sasPolicy: { 'expirationAction!': oneOf('Log', 'Block'), 'sasExpirationPeriod!': 'string' },
        supportsHttpsTrafficOnly: 'bool',
      },
    },
  },
  'Microsoft.Storage/storageAccounts/blobServices': {
    versions: STORAGE,
    within: 'Microsoft.Storage/storageAccounts',
    pattern: /^default$/,
    shape: {
      properties: {
        deleteRetentionPolicy: RETENTION,
        containerDeleteRetentionPolicy: RETENTION,
        isVersioningEnabled: 'bool',
        changeFeed: { enabled: 'bool', retentionInDays: 'int' },
        restorePolicy: { 'enabled!': 'bool', days: 'int' },
      },
    },
  },
  'Microsoft.Storage/storageAccounts/blobServices/containers': {
    versions: STORAGE,
    within: 'Microsoft.Storage/storageAccounts/blobServices',
    pattern: /^[a-z0-9](-?[a-z0-9]){2,62}$/,
    shape: {
      properties: {
        publicAccess: oneOf('None'),
        metadata: TAGS,
        immutableStorageWithVersioning: { enabled: 'bool' },
      },
    },
  },
  'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies': {
    versions: STORAGE,
    within: 'Microsoft.Storage/storageAccounts/blobServices/containers',
    pattern: /^default$/,
    shape: {
      'properties!': {
        immutabilityPeriodSinceCreationInDays: 'int',
        allowProtectedAppendWrites: 'bool',
        allowProtectedAppendWritesAll: 'bool',
      },
    },
  },
  'Microsoft.Storage/storageAccounts/tableServices': {
    versions: STORAGE,
    within: 'Microsoft.Storage/storageAccounts',
    pattern: /^default$/,
    shape: { properties: { cors: 'any' } },
  },
  'Microsoft.Storage/storageAccounts/tableServices/tables': {
    versions: STORAGE,
    within: 'Microsoft.Storage/storageAccounts/tableServices',
    pattern: /^[A-Za-z][A-Za-z0-9]{2,62}$/,
    shape: { properties: { signedIdentifiers: 'any' } },
  },
  'Microsoft.Storage/storageAccounts/queueServices': {
    versions: STORAGE,
    within: 'Microsoft.Storage/storageAccounts',
    pattern: /^default$/,
    shape: { properties: { cors: 'any' } },
  },
  'Microsoft.Storage/storageAccounts/managementPolicies': {
    versions: STORAGE,
    within: 'Microsoft.Storage/storageAccounts',
    pattern: /^default$/,
    shape: {
      'properties!': {
        'policy!': {
          'rules!': [
            {
              'name!': 'string',
              'type!': oneOf('Lifecycle'),
              enabled: 'bool',
              'definition!': {
                'actions!': 'any',
                filters: {
                  'blobTypes!': [oneOf('blockBlob', 'appendBlob')],
                  prefixMatch: ['string'],
                  blobIndexMatch: 'any',
                },
              },
            },
          ],
        },
      },
    },
  },
  'Microsoft.KeyVault/vaults': {
    versions: VAULT,
    pattern: /^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
    shape: {
      ...LOCATED,
      'properties!': {
        'sku!': { 'family!': oneOf('A'), 'name!': oneOf('standard', 'premium') },
        'tenantId!': 'string',
        accessPolicies: 'any',
        createMode: oneOf('default', 'recover'),
        enablePurgeProtection: 'bool',
        enableRbacAuthorization: 'bool',
        enableSoftDelete: 'bool',
        enabledForDeployment: 'bool',
        enabledForDiskEncryption: 'bool',
        enabledForTemplateDeployment: 'bool',
        networkAcls: NETWORK_RULES,
        publicNetworkAccess: OPEN_OR_NOT,
        softDeleteRetentionInDays: 'int',
      },
    },
  },
  'Microsoft.KeyVault/vaults/keys': {
    versions: VAULT,
    within: 'Microsoft.KeyVault/vaults',
    pattern: /^[a-zA-Z0-9-]{1,127}$/,
    shape: {
      tags: TAGS,
      'properties!': {
        kty: oneOf('EC', 'EC-HSM', 'RSA', 'RSA-HSM'),
        keySize: 'int',
        keyOps: [oneOf('decrypt', 'encrypt', 'import', 'release', 'sign', 'unwrapKey', 'verify', 'wrapKey')],
        curveName: oneOf('P-256', 'P-256K', 'P-384', 'P-521'),
        attributes: { enabled: 'bool', exp: 'int', nbf: 'int', exportable: 'bool' },
        rotationPolicy: {
          attributes: { expiryTime: 'string' },
          lifetimeActions: [
            {
              action: { type: oneOf('notify', 'rotate') },
              trigger: { timeAfterCreate: 'string', timeBeforeExpiry: 'string' },
            },
          ],
        },
      },
    },
  },
  'Microsoft.ServiceBus/namespaces': {
    versions: BUS,
    pattern: /^[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]$/,
    shape: {
      ...LOCATED,
      identity: IDENTITY,
      'sku!': {
        'name!': oneOf('Basic', 'Standard', 'Premium'),
        tier: oneOf('Basic', 'Standard', 'Premium'),
        capacity: 'int',
      },
      properties: {
        alternateName: 'string',
        disableLocalAuth: 'bool',
        minimumTlsVersion: oneOf('1.0', '1.1', '1.2'),
        premiumMessagingPartitions: 'int',
        publicNetworkAccess: oneOf('Enabled', 'Disabled', 'SecuredByPerimeter'),
        zoneRedundant: 'bool',
      },
    },
  },
  'Microsoft.ServiceBus/namespaces/networkRuleSets': {
    versions: BUS,
    within: 'Microsoft.ServiceBus/namespaces',
    pattern: /^default$/,
    shape: {
      properties: {
        defaultAction: oneOf('Allow', 'Deny'),
        publicNetworkAccess: OPEN_OR_NOT,
        trustedServiceAccessEnabled: 'bool',
        ipRules: [{ ipMask: 'string', action: oneOf('Allow') }],
        virtualNetworkRules: [{ subnet: id, ignoreMissingVnetServiceEndpoint: 'bool' }],
      },
    },
  },
  'Microsoft.ServiceBus/namespaces/queues': {
    versions: BUS,
    within: 'Microsoft.ServiceBus/namespaces',
    pattern: /^[A-Za-z0-9]([A-Za-z0-9./_-]*[A-Za-z0-9])?$/,
    shape: {
      properties: {
        autoDeleteOnIdle: 'string',
        deadLetteringOnMessageExpiration: 'bool',
        defaultMessageTimeToLive: 'string',
        duplicateDetectionHistoryTimeWindow: 'string',
        enableBatchedOperations: 'bool',
        enableExpress: 'bool',
        enablePartitioning: 'bool',
        forwardDeadLetteredMessagesTo: 'string',
        forwardTo: 'string',
        lockDuration: 'string',
        maxDeliveryCount: 'int',
        maxMessageSizeInKilobytes: 'int',
        maxSizeInMegabytes: 'int',
        requiresDuplicateDetection: 'bool',
        requiresSession: 'bool',
        status: oneOf('Active', 'Disabled', 'ReceiveDisabled', 'SendDisabled'),
      },
    },
  },
}
