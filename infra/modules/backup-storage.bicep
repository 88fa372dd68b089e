// Copies of the tables, sealed as they are there, for four weeks. In the region of the data, and in another account than it.
param name string
param location string
param tags object
@allowed(['identity', 'subnet', 'private'])
param network string
param appSubnetId string
param operatorAddresses string[]
param workspaceId string
@description('The immutability of the backups was locked: it cannot be set again, only made longer by hand.')
param locked bool

// Azure needs a day or two to delete what is older, so nothing is there after 30 days.
var days = 28

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    accessTier: 'Cool'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: network == 'private' ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: network == 'identity' ? 'Allow' : 'Deny'
      virtualNetworkRules: network == 'subnet' ? [{ id: appSubnetId, action: 'Allow' }] : []
      ipRules: map(operatorAddresses, address => { value: address, action: 'Allow' })
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    // Neither soft delete nor versions: what is deleted after its time has to be gone.
    properties: { deleteRetentionPolicy: { enabled: false }, isVersioningEnabled: false }

    // As CONTAINER of shared/backup/azure-blobs.ts.
    resource backups 'containers' = {
      name: 'backups'
      properties: { publicAccess: 'None' }

      // While it stands nobody changes or deletes a file before its time, whatever their role: the app can make files, and
      // read them. It is unlocked, so an Owner can take it away; DEPLOY.md, Backup and restore, tells how to lock it.
      resource keep 'immutabilityPolicies' = if (!locked) {
        name: 'default'
        properties: { immutabilityPeriodSinceCreationInDays: days, allowProtectedAppendWrites: false }
      }
    }
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'forget-old-backups'
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['backups/'] }
              actions: { baseBlob: { delete: { daysAfterCreationGreaterThan: days } } }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-backups'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'Without it lost tables cannot be restored.' }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageRead', enabled: true }
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

output id string = account.id
output name string = account.name
output blobsUrl string = 'https://${account.name}.blob.${environment().suffixes.storage}'
