import { app } from '@azure/functions'
import { getAppPatiently } from '../shared/app.ts'

// The queue's session id is the channel: a receiver that is slow keeps nobody else's notifications waiting, and a burst of
// messages about one channel becomes one look at it.
app.serviceBusQueue('notify-channel', {
  connection: 'ServiceBus',
  queueName: 'channel',
  isSessionsEnabled: true,
  cardinality: 'many',
  handler: async (messages) => (await getAppPatiently()).notifyChannel(messages),
})
