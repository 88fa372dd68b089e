import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-event', {
  route: 'v1/events/{event_uid}',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.event(request)),
})
