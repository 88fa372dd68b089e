/**
 * The least that can bring a change from Outlook to an answer: takes the notification, sends one message, asks for what
 * has changed when the message comes, writes one row, and reads it when it is asked for.
 */
export const BARE_APP = `import { app } from '@azure/functions'
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables'
import { ServiceBusClient } from '@azure/service-bus'

const { ServiceBus, TABLES_URL, TABLES_ACCOUNT_KEY, FIRST_LINK, GRAPH_TOKEN } = process.env
const sender = new ServiceBusClient(ServiceBus).createSender('mailbox')
const credential = new AzureNamedKeyCredential(TABLES_URL.split('/').at(-1), TABLES_ACCOUNT_KEY)
const table = new TableClient(TABLES_URL, 'bare', credential, { allowInsecureConnection: true })
let link = FIRST_LINK

app.http('bare-notifications', {
  route: 'bare/notifications',
  methods: ['POST'],
  handler: async (request) => {
    const token = request.query.get('validationToken')
    if (token !== null) return { headers: { 'content-type': 'text/plain' }, body: token }
    const [{ subscriptionId }] = (await request.json()).value
    await sender.sendMessages({ body: { subscriptionId }, sessionId: subscriptionId })
    return { status: 202 }
  },
})

app.serviceBusQueue('bare-mailbox', {
  connection: 'ServiceBus',
  queueName: 'mailbox',
  isSessionsEnabled: true,
  handler: async () => {
    for (let next = link; next !== undefined; ) {
      const page = await (await fetch(next, { headers: { authorization: 'Bearer ' + GRAPH_TOKEN } })).json()
      for (const { subject } of page.value)
        await table.upsertEntity({ partitionKey: 'bare', rowKey: 'event', subject }, 'Replace')
      next = page['@odata.nextLink']
      link = page['@odata.deltaLink'] ?? next
    }
  },
})

app.http('bare-event', {
  route: 'bare/event',
  methods: ['GET'],
  handler: async () => ({ jsonBody: await table.getEntity('bare', 'event') }),
})
`
