import { resolve } from 'node:path'

/** The service's webhook without its other functions, so that nobody takes the messages while it is measured. */
export const OURS = `import '${resolve('functions/graph-notifications.ts')}'
`

/**
 * A handler as one would write it: parses, sends one message to the same queue, and answers 202. Ours checks who tells it,
 * and sends together what comes together.
 */
export const BARE = `import { app } from '@azure/functions'
import { ServiceBusClient } from '@azure/service-bus'

const sender = new ServiceBusClient(process.env['ServiceBus']).createSender('mailbox')

app.http('bare-notifications', {
  route: 'graph/notifications',
  methods: ['POST'],
  handler: async (request) => {
    const [{ subscriptionId }] = (await request.json()).value
    await sender.sendMessages({ body: { subscriptionId }, sessionId: subscriptionId })
    return { status: 202 }
  },
})
`
