// What operators need for `npm run ops`, `keys`, `audit`, `restore` and `integrator` with `az login`.
param groupId string
param dataStorageName string
param backupStorageName string
param serviceBusName string
param vaultName string

var role = {
  'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  'Azure Service Bus Data Sender': '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  'Azure Service Bus Data Receiver': '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  'Key Vault Crypto User': '12338af0-0e69-4776-bea7-57ae8d297424'
  'Monitoring Reader': '43d0d8ad-25c7-4714-9337-8ba259a9fe05'
}
var busRoles = ['Azure Service Bus Data Sender', 'Azure Service Bus Data Receiver']

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: dataStorageName }
resource backupStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: backupStorageName }
resource serviceBus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = { name: serviceBusName }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: vaultName }

resource onData 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(dataStorage.id, groupId, 'Storage Table Data Contributor')
  scope: dataStorage
  properties: {
    principalId: groupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Storage Table Data Contributor'])
  }
}

resource onBackups 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(backupStorage.id, groupId, 'Storage Blob Data Reader')
  scope: backupStorage
  properties: {
    principalId: groupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Storage Blob Data Reader'])
  }
}

resource onBus 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for busRole in busRoles: {
    name: guid(serviceBus.id, groupId, busRole)
    scope: serviceBus
    properties: {
      principalId: groupId
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role[busRole])
    }
  }
]

resource onVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, groupId, 'Key Vault Crypto User')
  scope: vault
  properties: {
    principalId: groupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Key Vault Crypto User'])
  }
}

resource onGroup 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, groupId, 'Monitoring Reader')
  properties: {
    principalId: groupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Monitoring Reader'])
  }
}
