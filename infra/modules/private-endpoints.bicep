// A private endpoint for each service that holds something of ours, and the names by which the app finds them.
param location string
param tags object
param networkId string
param subnetId string
param hostStorageId string
param dataStorageId string
param backupStorageId string
param vaultId string
param serviceBusId string

var storageSuffix = environment().suffixes.storage
var endpoints = [
  { name: 'data-table', id: dataStorageId, part: 'table', zone: 'privatelink.table.${storageSuffix}' }
  { name: 'backup-blob', id: backupStorageId, part: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
  { name: 'host-blob', id: hostStorageId, part: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
  { name: 'host-queue', id: hostStorageId, part: 'queue', zone: 'privatelink.queue.${storageSuffix}' }
  { name: 'host-table', id: hostStorageId, part: 'table', zone: 'privatelink.table.${storageSuffix}' }
  { name: 'vault', id: vaultId, part: 'vault', zone: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}' }
  { name: 'service-bus', id: serviceBusId, part: 'namespace', zone: 'privatelink.servicebus.windows.net' }
]
var zoneNames = union(map(endpoints, endpoint => endpoint.zone), [])

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zoneNames: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, index) in zoneNames: {
    parent: zones[index]
    name: 'app-${location}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-01-01' = [
  for endpoint in endpoints: {
    name: 'pe-${endpoint.name}-${location}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: { privateLinkServiceId: endpoint.id, groupIds: [endpoint.part] }
        }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-01-01' = [
  for (endpoint, index) in endpoints: {
    parent: privateEndpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: endpoint.part
          properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', endpoint.zone) }
        }
      ]
    }
    dependsOn: [zones, links]
  }
]
