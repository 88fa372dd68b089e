import { app } from '@azure/functions'
import { getAppPatiently } from '../shared/app.ts'
import { enqueuedAt } from '../shared/messaging/enqueued-at.ts'

// The queue's session id is the account, so that one account is handled by one invocation at a time. One message at a
// time: with many, the extension serves one session after the other and renews no lock
// (https://github.com/Azure/azure-sdk-for-net/issues/27979, https://github.com/Azure/azure-functions-dotnet-worker/issues/3087).
app.serviceBusQueue('sync-mailbox', {
  connection: 'ServiceBus',
  queueName: 'mailbox',
  isSessionsEnabled: true,
  cardinality: 'one',
  handler: async (message, context) => (await getAppPatiently()).syncMailbox(message, enqueuedAt(context)),
})
