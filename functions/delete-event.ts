import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('delete-event', {
  route: 'v1/calendars/{calendar_id}/events',
  methods: ['DELETE'],
  handler: endpoint(async (request) => (await getApp()).change.delete(request)),
})
