import { oneOf } from '../shape.ts'
import type { ResourceType } from './common.ts'

const VERSIONS = ['v1.0']

/** The application in Microsoft Entra ID. @see https://learn.microsoft.com/graph/templates/bicep/reference/overview */
export const ENTRA: Readonly<Record<string, ResourceType>> = {
  'Microsoft.Graph/applications': {
    versions: VERSIONS,
    shape: {
      'uniqueName!': 'string',
      'displayName!': 'string',
      api: 'any',
      appRoles: [
        {
          'allowedMemberTypes!': [oneOf('User', 'Application')],
          'description!': 'string',
          'displayName!': 'string',
          'id!': 'string',
          isEnabled: 'bool',
          'value!': 'string',
        },
      ],
      description: 'string',
      groupMembershipClaims: oneOf('None', 'SecurityGroup', 'DirectoryRole', 'ApplicationGroup', 'All'),
      identifierUris: ['string'],
      info: {
        logoUrl: 'string',
        marketingUrl: 'string',
        privacyStatementUrl: 'string',
        supportUrl: 'string',
        termsOfServiceUrl: 'string',
      },
      isFallbackPublicClient: 'bool',
      logo: 'string',
      notes: 'string',
      optionalClaims: {
        idToken: [{ 'name!': 'string', essential: 'bool', additionalProperties: ['string'], source: 'string' }],
        accessToken: 'any',
        saml2Token: 'any',
      },
      requiredResourceAccess: [
        { 'resourceAppId!': 'string', 'resourceAccess!': [{ 'id!': 'string', 'type!': oneOf('Scope', 'Role') }] },
      ],
      serviceManagementReference: 'string',
      servicePrincipalLockConfiguration: {
        'isEnabled!': 'bool',
        allProperties: 'bool',
        credentialsWithUsageSign: 'bool',
        credentialsWithUsageVerify: 'bool',
        tokenEncryptionKeyId: 'bool',
      },
      signInAudience: oneOf('AzureADMyOrg', 'AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount'),
      tags: ['string'],
      web: {
        homePageUrl: 'string',
        implicitGrantSettings: { enableAccessTokenIssuance: 'bool', enableIdTokenIssuance: 'bool' },
        logoutUrl: 'string',
        redirectUris: ['string'],
        redirectUriSettings: [{ 'uri!': 'string', index: 'int' }],
      },
    },
  },
  'Microsoft.Graph/applications/federatedIdentityCredentials': {
    versions: VERSIONS,
    within: 'Microsoft.Graph/applications',
    shape: {
      'audiences!': ['string'],
      'issuer!': 'string',
      'subject!': 'string',
      description: 'string',
    },
  },
  'Microsoft.Graph/servicePrincipals': {
    versions: VERSIONS,
    shape: {
      'appId!': 'string',
      appRoleAssignmentRequired: 'bool',
      displayName: 'string',
      tags: ['string'],
      accountEnabled: 'bool',
      notes: 'string',
      info: 'any',
    },
  },
  'Microsoft.Graph/appRoleAssignedTo': {
    versions: VERSIONS,
    shape: { 'appRoleId!': 'string', 'principalId!': 'string', 'resourceId!': 'string', resourceDisplayName: 'string' },
  },
  'Microsoft.Graph/oauth2PermissionGrants': {
    versions: VERSIONS,
    shape: {
      'clientId!': 'string',
      'consentType!': oneOf('AllPrincipals', 'Principal'),
      'resourceId!': 'string',
      'scope!': 'string',
      principalId: 'string',
    },
  },
}
