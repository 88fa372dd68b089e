// The two keys of shared/crypto/vault.ts. They are RSA-3072, never leave the vault, and cannot be purged before 90 days.
param name string
param location string
param tags object
@allowed(['identity', 'subnet', 'private'])
param network string
param appSubnetId string
param operatorAddresses string[]
param workspaceId string

// Wrapping and verifying happen in the app with the public half; the vault has to unwrap and to sign.
var keys = [
  { name: 'wrapping-key', operations: ['wrapKey', 'unwrapKey'] }
  { name: 'signing-key', operations: ['sign', 'verify'] }
]

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: network == 'private' ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: network == 'identity' ? 'Allow' : 'Deny'
      virtualNetworkRules: network == 'subnet' ? [{ id: appSubnetId }] : []
      ipRules: map(operatorAddresses, address => { value: address })
    }
  }

  // A new version each year. Nothing expires: data is never lost because a date has passed. The timer `rewrap-keys`
  // moves the key record to the new version; disabling the old one is an operator's step (shared/crypto/RUNBOOK.md).
  resource key 'keys' = [
    for key in keys: {
      name: key.name
      tags: tags
      properties: {
        kty: 'RSA'
        keySize: 3072
        keyOps: key.operations
        attributes: { enabled: true, exportable: false }
        rotationPolicy: {
          lifetimeActions: [
            { trigger: { timeAfterCreate: 'P365D' }, action: { type: 'rotate' } }
          ]
        }
      }
    }
  ]
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-keys'
  scope: vault
  properties: { level: 'CanNotDelete', notes: 'Without its keys nothing that is stored can be read.' }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = vault.id
output name string = vault.name
output url string = 'https://${vault.name}${environment().suffixes.keyvaultDns}'
