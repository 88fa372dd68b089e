import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-events-page', {
  route: 'v1/events/pages/{token}',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.eventsPage(request)),
})
