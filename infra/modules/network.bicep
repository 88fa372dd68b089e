// The app's subnet, from which alone data can be reached, and one for private endpoints.
param name string
param location string
param tags object

resource network 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.70.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.70.0.0/24'
          delegations: [
            { name: 'functions', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
          // `Global` reaches accounts of other regions too: the data is in Denmark, the subnet in Ireland.
          serviceEndpoints: [
            { service: 'Microsoft.Storage.Global' }
            { service: 'Microsoft.KeyVault' }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.70.1.0/24'
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }

  resource app 'subnets' existing = { name: 'app' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

output networkId string = network.id
output appSubnetId string = network::app.id
output endpointSubnetId string = network::endpoints.id
