// The tables: sealed rows of accounts. In three zones of one region, and nowhere else.
param name string
param location string
param tags object
@allowed(['identity', 'subnet', 'private'])
param network string
param appSubnetId string
param operatorAddresses string[]
param workspaceId string

// As TABLE_NAMES of shared/storage/table.ts; the app has no need to make tables.
var tableNames = loadJsonContent('../tables.json')

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
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

  resource tables 'tableServices' = {
    name: 'default'

    resource table 'tables' = [for tableName in tableNames: { name: tableName }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-data'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'Deleting this account deletes what everybody has connected.' }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::tables
  properties: {
    workspaceId: workspaceId
    // Keys of rows are blind. Reads and writes are too many to be kept, so nothing here says who wrote: RUNBOOK.md,
    // Suspected leak, begins with having them logged.
    logs: [{ category: 'StorageDelete', enabled: true }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

output id string = account.id
output name string = account.name
output tablesUrl string = 'https://${account.name}.table.${environment().suffixes.storage}'
