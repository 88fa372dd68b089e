import { type Fields, oneOf } from '../shape.ts'
import { IDENTITY, id, LOCATED, type ResourceType, TAGS } from './common.ts'

const NETWORK = ['2024-05-01', '2024-07-01', '2025-01-01']
const WEB = ['2023-12-01', '2024-04-01', '2024-11-01']

/** How Flex Consumption is told what to run. @see learn.microsoft.com/azure/azure-functions/flex-consumption-plan */
const FUNCTION_APP: Fields = {
  'deployment!': {
    'storage!': {
      'type!': oneOf('blobContainer'),
      'value!': 'string',
      'authentication!': {
        'type!': oneOf('SystemAssignedIdentity', 'UserAssignedIdentity', 'StorageAccountConnectionString'),
        userAssignedIdentityResourceId: 'string',
        storageAccountConnectionStringName: 'string',
      },
    },
  },
  'runtime!': {
    'name!': oneOf('node', 'dotnet-isolated', 'java', 'powershell', 'python', 'custom'),
    'version!': 'string',
  },
  'scaleAndConcurrency!': {
    'maximumInstanceCount!': 'int',
    'instanceMemoryMB!': 'int',
    alwaysReady: [{ 'name!': 'string', 'instanceCount!': 'int' }],
    triggers: { http: { perInstanceConcurrency: 'int' } },
  },
  siteUpdateStrategy: { 'type!': oneOf('Recreate', 'RollingUpdate') },
}

const SITE_CONFIG: Fields = {
  appSettings: [{ 'name!': 'string', 'value!': 'string' }],
  cors: { allowedOrigins: ['string'], supportCredentials: 'bool' },
  healthCheckPath: 'string',
  http20Enabled: 'bool',
  ipSecurityRestrictions: 'any',
  minTlsVersion: oneOf('1.2', '1.3'),
  scmMinTlsVersion: oneOf('1.2', '1.3'),
  minTlsCipherSuite: 'string',
  scmIpSecurityRestrictions: 'any',
  scmIpSecurityRestrictionsUseMain: 'bool',
  vnetRouteAllEnabled: 'bool',
}

/** What runs the app, and the groups that hold everything. */
export const COMPUTE: Readonly<Record<string, ResourceType>> = {
  'Microsoft.Resources/resourceGroups': {
    versions: ['2021-04-01', '2022-09-01', '2023-07-01', '2024-03-01', '2024-07-01', '2024-11-01', '2025-04-01'],
    pattern: /^[\w().-]{0,89}[\w()-]$/,
    shape: { ...LOCATED, managedBy: 'string', properties: {} },
  },
  'Microsoft.ManagedIdentity/userAssignedIdentities': {
    versions: ['2023-01-31', '2024-11-30'],
    pattern: /^[A-Za-z0-9][\w-]{2,127}$/,
    shape: { ...LOCATED, properties: { isolationScope: oneOf('None', 'Regional') } },
  },
  'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials': {
    versions: ['2023-01-31', '2024-11-30'],
    within: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    shape: { 'properties!': { 'audiences!': ['string'], 'issuer!': 'string', 'subject!': 'string' } },
  },
  'Microsoft.Web/serverfarms': {
    versions: WEB,
    pattern: /^[\w-]{1,60}$/,
    shape: {
      ...LOCATED,
      kind: 'string',
      'sku!': { 'name!': 'string', tier: 'string', size: 'string', family: 'string', capacity: 'int' },
      properties: { reserved: 'bool', zoneRedundant: 'bool', maximumElasticWorkerCount: 'int' },
    },
  },
  'Microsoft.Web/sites': {
    versions: WEB,
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9-]{0,58}[a-zA-Z0-9]$/,
    shape: {
      ...LOCATED,
      identity: IDENTITY,
      'kind!': oneOf('functionapp', 'functionapp,linux'),
      'properties!': {
        'serverFarmId!': 'string',
        clientAffinityEnabled: 'bool',
        clientCertEnabled: 'bool',
        endToEndEncryptionEnabled: 'bool',
        'functionAppConfig!': FUNCTION_APP,
        httpsOnly: 'bool',
        keyVaultReferenceIdentity: 'string',
        outboundVnetRouting: 'any',
        publicNetworkAccess: oneOf('Enabled', 'Disabled'),
        siteConfig: SITE_CONFIG,
        virtualNetworkSubnetId: 'string',
        vnetRouteAllEnabled: 'bool',
      },
    },
  },
  'Microsoft.Web/sites/config': {
    versions: WEB,
    within: 'Microsoft.Web/sites',
    pattern: /^(appsettings|web|logs|authsettingsV2|azurestorageaccounts|connectionstrings)$/,
    shape: { 'properties!': { '*': 'string' } },
  },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': {
    versions: WEB,
    within: 'Microsoft.Web/sites',
    pattern: /^(ftp|scm)$/,
    shape: { 'properties!': { 'allow!': 'bool' } },
  },
  'Microsoft.Web/sites/hostNameBindings': {
    versions: WEB,
    within: 'Microsoft.Web/sites',
    shape: {
      'properties!': {
        siteName: 'string',
        customHostNameDnsRecordType: oneOf('A', 'CName'),
        hostNameType: oneOf('Managed', 'Verified'),
        sslState: oneOf('Disabled', 'SniEnabled'),
        thumbprint: 'string',
      },
    },
  },
  'Microsoft.Authorization/roleAssignments': {
    versions: ['2022-04-01'],
    pattern: /^[0-9a-f-]{36}$/,
    shape: {
      'properties!': {
        'principalId!': 'string',
        'roleDefinitionId!': 'string',
        principalType: oneOf('ServicePrincipal', 'Group', 'User', 'ForeignGroup', 'Device'),
        description: 'string',
        condition: 'string',
        conditionVersion: oneOf('2.0'),
        delegatedManagedIdentityResourceId: 'string',
      },
    },
  },
  'Microsoft.Authorization/locks': {
    versions: ['2016-09-01', '2020-05-01'],
    shape: { 'properties!': { 'level!': oneOf('CanNotDelete', 'ReadOnly'), notes: 'string', owners: 'any' } },
  },
  'Microsoft.Network/virtualNetworks': {
    versions: NETWORK,
    shape: {
      ...LOCATED,
      'properties!': {
        'addressSpace!': { 'addressPrefixes!': ['string'] },
        subnets: [{ 'name!': 'string', properties: 'any' }],
        encryption: { 'enabled!': 'bool', enforcement: oneOf('AllowUnencrypted', 'DropUnencrypted') },
        dhcpOptions: 'any',
      },
    },
  },
  'Microsoft.Network/virtualNetworks/subnets': {
    versions: NETWORK,
    within: 'Microsoft.Network/virtualNetworks',
    shape: {
      properties: {
        addressPrefix: 'string',
        addressPrefixes: ['string'],
        defaultOutboundAccess: 'bool',
        delegations: [{ 'name!': 'string', properties: { serviceName: 'string' } }],
        networkSecurityGroup: id,
        privateEndpointNetworkPolicies: oneOf(
          'Enabled',
          'Disabled',
          'NetworkSecurityGroupEnabled',
          'RouteTableEnabled',
        ),
        privateLinkServiceNetworkPolicies: oneOf('Enabled', 'Disabled'),
        serviceEndpoints: [{ service: 'string', locations: ['string'] }],
      },
    },
  },
  'Microsoft.Network/privateEndpoints': {
    versions: NETWORK,
    shape: {
      ...LOCATED,
      'properties!': {
        'subnet!': id,
        customNetworkInterfaceName: 'string',
        privateLinkServiceConnections: [
          {
            'name!': 'string',
            'properties!': { 'privateLinkServiceId!': 'string', 'groupIds!': ['string'], requestMessage: 'string' },
          },
        ],
      },
    },
  },
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': {
    versions: NETWORK,
    within: 'Microsoft.Network/privateEndpoints',
    shape: {
      'properties!': {
        'privateDnsZoneConfigs!': [{ 'name!': 'string', 'properties!': { 'privateDnsZoneId!': 'string' } }],
      },
    },
  },
  'Microsoft.Network/privateDnsZones': {
    versions: ['2020-06-01', '2024-06-01'],
    shape: { 'location!': oneOf('global'), tags: TAGS, properties: {} },
  },
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': {
    versions: ['2020-06-01', '2024-06-01'],
    within: 'Microsoft.Network/privateDnsZones',
    shape: {
      'location!': oneOf('global'),
      tags: TAGS,
      'properties!': {
        'registrationEnabled!': 'bool',
        'virtualNetwork!': id,
        resolutionPolicy: oneOf('Default', 'NxDomainRedirect'),
      },
    },
  },
}
