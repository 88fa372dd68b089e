// All that the app's identity may do. Each role is here because a call of the code, or the host, needs it; nothing is for later.
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
  'Azure Service Bus Data Owner': '090c5cfd-751d-490a-894a-3ce6f1109419'
  'Key Vault Crypto Service Encryption User': 'e147488a-f6f5-4113-8e2d-b22465e65bf6'
  'Key Vault Crypto User': '12338af0-0e69-4776-bea7-57ae8d297424'
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb'
}
var hostRoles = ['Storage Blob Data Owner', 'Storage Queue Data Contributor', 'Storage Table Data Contributor']
var queueNames = map(loadJsonContent('../queues.json').queues, queue => queue.name)
// Signing takes a role that could disable the key as well: none is narrower (DEPLOY.md, What the app may do with its keys).
var keyRoles = [
  { key: 'wrapping-key', role: 'Key Vault Crypto Service Encryption User' }
  { key: 'signing-key', role: 'Key Vault Crypto User' }
]

resource dataStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: dataStorageName }
resource backupStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: backupStorageName }
resource hostStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: hostStorageName }
resource serviceBus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = { name: serviceBusName }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: vaultName }
resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = { name: applicationInsightsName }

resource queues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' existing = [
  for queueName in queueNames: {
    parent: serviceBus
    name: queueName
  }
]

resource keys 'Microsoft.KeyVault/vaults/keys@2024-11-01' existing = [
  for keyRole in keyRoles: {
    parent: vault
    name: keyRole.key
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

// Sends, receives, and has the Manage right by which the platform counts what waits: without it, it looks at eleven
// messages of a queue, and starts nobody when those are all for later.
// https://learn.microsoft.com/azure/azure-functions/functions-target-based-scaling
resource onQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queueName, index) in queueNames: {
    name: guid(serviceBus.id, queueName, principalId, 'Azure Service Bus Data Owner')
    scope: queues[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role['Azure Service Bus Data Owner'])
    }
  }
]

resource onKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (keyRole, index) in keyRoles: {
    name: guid(vault.id, keyRole.key, principalId, keyRole.role)
    scope: keys[index]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role[keyRole.role])
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
