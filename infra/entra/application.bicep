// How Microsoft knows the service: a multi-tenant application that asks for delegated permissions only and has no secret.
// A module of main.bicep, and a deployment of its own where whoever deploys may not make applications (DEPLOY.md).
extension microsoftGraphV1

@description('Part of the unique name: each environment has an application of its own.')
param environmentName string
@description('Where the service is reached, without a slash at the end.')
param publicUrl string
@description('Object id of the app\'s managed identity, whose tokens stand in for a client secret.')
param identityPrincipalId string
@description('Object id of the operators\' group. Empty: nobody is an operator yet.')
param operatorGroup string = ''

param displayName string = 'FlowAgent Microsoft 365 Sync'
param marketingUrl string = 'https://flowagent.dk'
param privacyUrl string = 'https://flowagent.dk/privacy'
param termsUrl string = 'https://flowagent.dk/terms'
param supportUrl string = 'https://flowagent.dk/support'

// Ids are the same in every tenant: https://learn.microsoft.com/graph/permissions-reference
var graphAppId = '00000003-0000-0000-c000-000000000000'
var permissions = [
  // Who signed in: name and address, to show whom is connected.
  { name: 'User.Read', id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d' }
  // Reading calendars, and making, changing and deleting the events that integrators ask for.
  { name: 'Calendars.ReadWrite', id: '1ec239c2-d7c9-4623-a91a-a9775856bb36' }
  // Time zone and working hours, for all-day events and for finding time.
  { name: 'MailboxSettings.Read', id: '87f447af-9fa4-4c32-9dfa-4a57a73d18ce' }
  // An ID token, which says the tenant and the person.
  { name: 'openid', id: '37f7f235-527c-4136-accd-4a02d197296e' }
  // The name and username in the ID token.
  { name: 'profile', id: '14dad69e-099b-42c9-810b-d002981feec1' }
  // A refresh token: calendars are kept in step while nobody is signed in.
  { name: 'offline_access', id: '7427e0e9-2fba-42fe-b0c0-848c9e6a8182' }
]
var operatorRoleId = guid('operator', environmentName)

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'microsoft-365-sync-${environmentName}'
  displayName: displayName
  signInAudience: 'AzureADMultipleOrgs'
  // Administrators prove their role, and restricted organisations the person's groups, with claims of the ID token.
  groupMembershipClaims: 'All'
  info: {
    marketingUrl: marketingUrl
    privacyStatementUrl: privacyUrl
    supportUrl: supportUrl
    termsOfServiceUrl: termsUrl
  }
  web: {
    homePageUrl: publicUrl
    redirectUris: ['${publicUrl}/oauth/callback', '${publicUrl}/session/callback', '${publicUrl}/install/callback']
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false }
  }
  isFallbackPublicClient: false
  requiredResourceAccess: [
    {
      resourceAppId: graphAppId
      resourceAccess: map(permissions, permission => { id: permission.id, type: 'Scope' })
    }
  ]
  appRoles: [
    {
      id: operatorRoleId
      value: 'Operator'
      displayName: 'Operator'
      description: 'Sees how the service does. The tenant of the sign-in has to be the operators\' too.'
      allowedMemberTypes: ['User']
      isEnabled: true
    }
  ]
  servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true }
}

resource identity 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = {
  name: '${application.uniqueName}/managed-identity'
  description: 'The function app\'s managed identity'
  issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  subject: identityPrincipalId
  audiences: ['api://AzureADTokenExchange']
}

resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
}

resource operators 'Microsoft.Graph/appRoleAssignedTo@v1.0' = if (!empty(operatorGroup)) {
  appRoleId: operatorRoleId
  principalId: operatorGroup
  resourceId: servicePrincipal.id
}

output clientId string = application.appId
