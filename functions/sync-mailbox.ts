import { app } from '@azure/functions'
import { getAppPatiently } from '../shared/app.ts'

// The queue's session id is the account, so that one account is handled by one invocation at a time. The messages of a
// session come together: a hundred notifications about one mailbox become one visit.
app.serviceBusQueue('sync-mailbox', {
  connection: 'ServiceBus',
  queueName: 'mailbox',
  isSessionsEnabled: true,
  cardinality: 'many',
  handler: async (messages) => (await getAppPatiently()).syncMailbox(messages),
})
