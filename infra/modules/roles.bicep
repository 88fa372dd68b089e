// All that the app's identity may do. Each role is here because a call of the code needs it; nothing is for later.
param principalId string
param dataStorageName string
param backupStorageName string
param hostStorageName string
param serviceBusName string
param vaultName string
param applicationInsightsName string

var role = {
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  'Azure Service Bus Data Sender': '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  'Azure Service Bus Data Receiver': '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  'Key Vault Crypto User': '12338af0-0e69-4776-bea7-57ae8d297424'
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb'
}
var hostRoles = ['Storage Blob Data Owner', 'Storage Queue Data Contributor', 'Storage Table Data Contributor']
var queueRoles = flatten(map(
  loadJsonContent('../queues.json').queues,
  queue => [
    { queue: queue.name, role: 'Azure Service Bus Data Sender' }
    { queue: queue.name, role: 'Azure Service Bus Data Receiver' }
  ]
))
var keyNames = ['wrapping-key', 'signing-key']

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: dataStorageName }
resource backupStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: backupStorageName }
resource hostStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: hostStorageName }
resource serviceBus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = { name: serviceBusName }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: vaultName }
resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = { name: applicationInsightsName }

resource queues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' existing = [
  for item in queueRoles: {
    parent: serviceBus
    name: item.queue
  }
]

resource keys 'Microsoft.KeyVault/vaults/keys@2024-11-01' existing = [
  for keyName in keyNames: {
    parent: vault
    name: keyName
  }
]

resource onData 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(dataStorage.id, principalId, 'Storage Table Data Contributor')
  scope: dataStorage
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Storage Table Data Contributor'])
  }
}

resource onBackups 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(backupStorage.id, principalId, 'Storage Blob Data Contributor')
  scope: backupStorage
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Storage Blob Data Contributor'])
  }
}

// The host keeps timer locks in blobs, its own queue and diagnostic events in a table.
resource onHost 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for hostRole in hostRoles: {
    name: guid(hostStorage.id, principalId, hostRole)
    scope: hostStorage
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role[hostRole])
    }
  }
]

resource onQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (item, index) in queueRoles: {
    name: guid(serviceBus.id, item.queue, principalId, item.role)
    scope: queues[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role[item.role])
    }
  }
]

resource onKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (keyName, index) in keyNames: {
    name: guid(vault.id, keyName, principalId, 'Key Vault Crypto User')
    scope: keys[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Key Vault Crypto User'])
    }
  }
]

resource onTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(applicationInsights.id, principalId, 'Monitoring Metrics Publisher')
  scope: applicationInsights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Monitoring Metrics Publisher'])
  }
}
