import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-events', {
  route: 'v1/events',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.events(request)),
})
