import { expect, test } from 'vitest'
import { Settings } from '../../shared/config.ts'
import { edited, onDisk } from './bicep/files.ts'
import { type Files, planOf } from './bicep/plan.ts'
import { alertProblems } from './service/alerts.ts'
import { calls, callsIn } from './service/calls.ts'
import { entraProblems, redirectPaths, scopes } from './service/entra.ts'
import { NEEDS, roleProblems } from './service/roles.ts'
import { LOCAL, settingProblems } from './service/settings.ts'
import { keyProblems, queueProblems, sends, tableProblems, triggers } from './service/stores.ts'

/** Everything in which the deployment differs from what the code needs. */
function differences(files: Files): string[] {
  const plan = planOf('infra/main.bicep', files, { environmentName: 'production' })
  return [
    ...settingProblems(plan),
    ...queueProblems(plan, files),
    ...tableProblems(plan),
    ...keyProblems(plan),
    ...roleProblems(plan),
    ...entraProblems(plan),
    ...alertProblems(plan, files),
  ]
}

/** Made when a test asks for it: where a change cannot be made, only that test says so. */
const without =
  (path: string, text: string | RegExp, instead = '') =>
  () =>
    edited(path, (before) => before.replace(text, instead))

test('Azure is given what the code needs, and nothing else', () => {
  expect(differences(onDisk)).toEqual([])
})

test('what the code needs is found in the code', () => {
  expect(Object.fromEntries(triggers())).toEqual({ mailbox: true, channel: true })
  expect(sends()).toEqual(['mailbox', 'channel'])
  expect(calls()).toEqual(Object.keys(NEEDS).sort())
  expect(scopes()).toEqual([
    'Calendars.ReadWrite',
    'MailboxSettings.Read',
    'User.Read',
    'offline_access',
    'openid',
    'profile',
  ])
  expect(redirectPaths()).toEqual(['/oauth/callback', '/session/callback', '/install/callback'])
})

test('a call of a library that nobody has given a role is found', () => {
  const source = "import type { TableClient } from '@azure/data-tables'\nawait client.deleteTable()"
  expect(callsIn(source)).toEqual(['@azure/data-tables deleteTable'])
  expect(NEEDS['@azure/data-tables deleteTable']).toBeUndefined()
})

test('only settings that exist are excused from Azure', () => {
  expect(Object.keys(LOCAL).filter((name) => !(name in Settings.shape))).toEqual([])
})

test.each([
  ['a setting', without('infra/main.bicep', /^ *KEY_VAULT_URL: .*\n/m), ['the setting KEY_VAULT_URL is not set']],
  [
    'a setting of the trigger',
    without('infra/modules/function-app.bicep', /^ *ServiceBus__clientId: .*\n/m),
    ['the setting ServiceBus__clientId is not set'],
  ],
  [
    'a queue',
    without('infra/queues.json', /,\s*\{\s*"name": "channel"[^}]*\}/),
    ['the queue channel is not made', 'the app has not the role Azure Service Bus Data Owner on queue channel'],
  ],
  ['a table', without('infra/tables.json', '"ledger", '), ['the table ledger is not made']],
  [
    'a key',
    without('infra/modules/vault.bicep', /^ *\{ name: 'signing-key'.*\n/m),
    ['the key signing-key is not made'],
  ],
  [
    'a role on queues',
    without('infra/modules/roles.bicep', /^resource onQueues [\s\S]*?^\]\n/m),
    [
      'the app has not the role Azure Service Bus Data Owner on queue channel',
      'the app has not the role Azure Service Bus Data Owner on queue mailbox',
    ],
  ],
  [
    'a role of the host',
    without('infra/modules/roles.bicep', "'Storage Blob Data Owner', 'Storage Queue", "'Storage Queue"),
    ['the app has not the role Storage Blob Data Owner on host storage'],
  ],
  [
    'a redirect address',
    without('infra/entra/application.bicep', /, '\$\{publicUrl\}\/install\/callback'/),
    [expect.stringMatching(/^the redirect address https:.*\/install\/callback is missing$/)],
  ],
  [
    'a permission',
    without('infra/entra/application.bicep', /^ *\{ name: 'MailboxSettings.Read'.*\n/m),
    ['the permission MailboxSettings.Read is missing'],
  ],
  [
    'the claims of roles',
    without('infra/entra/application.bicep', "groupMembershipClaims: 'All'", "groupMembershipClaims: 'None'"),
    ['the ID token tells neither roles (wids) nor groups'],
  ],
])('removing %s is found', (_, change, expected) => {
  expect(differences(change())).toEqual(expected)
})

test.each([
  [
    'a setting that nothing reads',
    without('infra/main.bicep', 'PUBLIC_URL: url', 'PUBLIC_URL: url\n      OLD: url'),
    ['nothing reads the setting OLD'],
  ],
  [
    'a secret',
    without('infra/main.bicep', 'PUBLIC_URL: url', "PUBLIC_URL: url\n      TABLES_ACCOUNT_KEY: 'a2V5'"),
    ['the setting TABLES_ACCOUNT_KEY is a local one: Azurite knows no identities'],
  ],
  [
    'a setting of another form',
    without('infra/main.bicep', 'PUBLIC_URL: url', "PUBLIC_URL: 'nowhere'"),
    expect.arrayContaining([expect.stringContaining('the setting PUBLIC_URL is refused')]),
  ],
  [
    'a weaker key',
    without('infra/modules/vault.bicep', 'keySize: 3072', 'keySize: 2048'),
    ['the key wrapping-key is not RSA-3072', 'the key signing-key is not RSA-3072'],
  ],
  [
    'a queue without sessions',
    without('infra/modules/service-bus.bicep', 'requiresSession: queue.requiresSession', 'requiresSession: false'),
    [
      'the queue mailbox: requiresSession is not True',
      'the queue channel: requiresSession is not True',
      'the queue mailbox and its function disagree on sessions',
      'the queue channel and its function disagree on sessions',
    ],
  ],
  [
    'a role for more than the key',
    without('infra/modules/roles.bicep', 'scope: keys[index]', 'scope: vault'),
    [
      'the app has not the role Key Vault Crypto Service Encryption User on key wrapping-key',
      'the app has not the role Key Vault Crypto User on key signing-key',
      expect.stringMatching(
        /^the app has a role that nothing needs: Key Vault Crypto Service Encryption User on Microsoft.KeyVault\/vaults /,
      ),
      expect.stringMatching(/^the app has a role that nothing needs/),
    ],
  ],
  [
    'a role that does not let the platform count messages',
    // The id of Azure Service Bus Data Receiver.
    without(
      'infra/modules/roles.bicep',
      '090c5cfd-751d-490a-894a-3ce6f1109419',
      '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
    ),
    [
      'the app has not the role Azure Service Bus Data Owner on queue channel',
      'the app has not the role Azure Service Bus Data Owner on queue mailbox',
      'the app has a role that nothing needs: Azure Service Bus Data Receiver on queue mailbox',
      'the app has a role that nothing needs: Azure Service Bus Data Receiver on queue channel',
    ],
  ],
  [
    'a role for more than the queue',
    without('infra/modules/roles.bicep', 'scope: queues[index]', 'scope: serviceBus'),
    [
      'the app has not the role Azure Service Bus Data Owner on queue channel',
      'the app has not the role Azure Service Bus Data Owner on queue mailbox',
      expect.stringMatching(
        /^the app has a role that nothing needs: Azure Service Bus Data Owner on Microsoft.ServiceBus\/namespaces /,
      ),
      expect.stringMatching(/^the app has a role that nothing needs/),
    ],
  ],
  [
    "a federated credential of somebody else's token",
    without('infra/entra/application.bicep', /subject: identityPrincipalId/, 'subject: application.appId'),
    ["the federated credential is not the app's identity's"],
  ],
  [
    'a federated credential of another issuer',
    without('infra/entra/application.bicep', '}/v2.0', '}'),
    ["the federated credential's issuer is not our tenant"],
  ],
  [
    'an alert about nothing',
    without('infra/alerts.json', '"series": "dead-letters"', '"series": "dead-leters"'),
    ['the alert dead-letters: nothing measures dead-leters'],
  ],
  [
    'an alert that could never be raised',
    without('infra/alerts.json', '"take": "rate"', '"take": "max"'),
    ['the alert vault-busy: max cannot be taken of a histogram'],
  ],
  [
    'an alarm that silences all others',
    without('infra/modules/alerts.bicep', /item.isByEvent \? \[\{.*\}\] : \[\]/, '[]'),
    ['the alert alarms is split by nothing, and its query by event'],
  ],
  [
    'a query that does not say which event it counts',
    without('infra/modules/alerts.bicep', '} by event', '}'),
    ['the alert alarms is split by event, and its query by nothing'],
  ],
  [
    'an alarm that Azure takes too late to be counted',
    without('infra/alerts.json', /("series": "alarms",[^}]*"minutes": )15/, '$15'),
    ['the alert alarms does not count what comes late'],
  ],
  [
    'an alert that looks further back than its rule',
    without('infra/alerts.json', /("series": "alarms",[^}]*"minutes": )15/, '$160'),
    ['the alert alarms asks for 63 minutes, and its rule is given 60'],
  ],
])('%s is found', (_, change, expected) => {
  expect(differences(change())).toEqual(expected)
})
