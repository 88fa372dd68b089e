import { readFileSync } from 'node:fs'
import type { Plan } from '../bicep/plan.ts'
import { asText, get, type Value } from '../bicep/values.ts'
import { principals } from './roles.ts'
import { settingsOf } from './settings.ts'

/** The delegated permissions of Microsoft Graph. @see https://learn.microsoft.com/graph/permissions-reference */
const PERMISSIONS: Readonly<Record<string, string>> = {
  openid: '37f7f235-527c-4136-accd-4a02d197296e',
  profile: '14dad69e-099b-42c9-810b-d002981feec1',
  offline_access: '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
  'User.Read': 'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
  'Calendars.ReadWrite': '1ec239c2-d7c9-4623-a91a-a9775856bb36',
  'MailboxSettings.Read': '87f447af-9fa4-4c32-9dfa-4a57a73d18ce',
}

const GRAPH = '00000003-0000-0000-c000-000000000000'

/** The scopes that shared/microsoft/entra.ts asks for. */
export function scopes(): string[] {
  const source = readFileSync('shared/microsoft/entra.ts', 'utf8')
  const lists = [...source.matchAll(/(?:mailbox|identity|SIGN_IN_SCOPES)(?::| =) \[([^\]]*)\]/g)].map(
    ([, list = '']) => list,
  )
  return [...new Set(lists.flatMap((list) => [...list.matchAll(/'([^']+)'/g)].map(([, name = '']) => name)))].sort()
}

/** The paths that shared/app.ts has Entra send browsers back to. */
export const redirectPaths = (): string[] =>
  [...readFileSync('shared/app.ts', 'utf8').matchAll(/\$\{config\.PUBLIC_URL\}(\/[\w/]+)`/g)].map(
    ([, path = '']) => path,
  )

export function entraProblems(plan: Plan): string[] {
  const application = plan.resources.find(({ type }) => type === 'Microsoft.Graph/applications')
  if (application === undefined) return ['no application is made in Entra']
  const { body } = application
  const publicUrl = settingsOf(plan)[0]?.['PUBLIC_URL'] ?? ''
  const redirects = redirectPaths().map((path) => publicUrl + path)
  return [
    ...compare('the redirect address', redirects, texts(get(body, 'web', 'redirectUris'))),
    ...compare('the permission', scopes(), permissionsOf(body['requiredResourceAccess'])),
    ...(body['signInAudience'] === 'AzureADMultipleOrgs' ? [] : ['people of other tenants cannot sign in']),
    ...(body['groupMembershipClaims'] === 'All' ? [] : ['the ID token tells neither roles (wids) nor groups']),
    ...(texts(body['appRoles'], 'value').includes('Operator') ? [] : ['the app role Operator is not there']),
    ...(body['passwordCredentials'] === undefined ? [] : ['the application has a secret']),
    ...federationProblems(plan),
  ]
}

const ISSUER = /^https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}\/v2\.0$/

/** The identity's token stands in for a secret. @see learn.microsoft.com/entra/workload-id (federated credentials) */
function federationProblems(plan: Plan): string[] {
  const credential = plan.resources.find(
    ({ type }) => type === 'Microsoft.Graph/applications/federatedIdentityCredentials',
  )
  if (credential === undefined) return ['the identity cannot stand in for a client secret: no federated credential']
  const { audiences, issuer, subject } = credential.body
  return [
    ...(texts(audiences).includes('api://AzureADTokenExchange')
      ? []
      : ['the federated credential is for another audience']),
    ...(ISSUER.test(asText(issuer)) ? [] : ["the federated credential's issuer is not our tenant"]),
    ...(principals(plan).includes(asText(subject)) ? [] : ["the federated credential is not the app's identity's"]),
  ]
}

function permissionsOf(access: Value | undefined): string[] {
  return list(access).flatMap((of) => {
    const ids = list(get(of, 'resourceAccess')).map((each) => asText(get(each, 'id')))
    const names = ids.map(
      (id) => Object.keys(PERMISSIONS).find((name) => PERMISSIONS[name] === id) ?? `(unknown) ${id}`,
    )
    return get(of, 'resourceAppId') === GRAPH ? names : names.map((name) => `${name} of another API`)
  })
}

const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : [])
const texts = (value: Value | undefined, name?: string): string[] =>
  list(value).map((item) => asText(name === undefined ? item : get(item, name)))

const compare = (kind: string, needed: readonly string[], given: readonly string[]): string[] => [
  ...needed.filter((one) => !given.includes(one)).map((one) => `${kind} ${one} is missing`),
  ...given.filter((one) => !needed.includes(one)).map((one) => `nothing needs ${kind} ${one}`),
]
