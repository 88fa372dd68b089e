import { app } from '@azure/functions'
import { getAppPatiently } from '../shared/app.ts'
import { enqueuedAt } from '../shared/messaging/enqueued-at.ts'

// The queue's session id is the channel: a receiver that is slow keeps nobody else's notifications waiting. One message at
// a time, as in sync-mailbox.ts.
app.serviceBusQueue('notify-channel', {
  connection: 'ServiceBus',
  queueName: 'channel',
  isSessionsEnabled: true,
  cardinality: 'one',
  handler: async (message, context) => (await getAppPatiently()).notifyChannel(message, enqueuedAt(context)),
})
