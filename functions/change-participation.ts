import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('change-participation', {
  route: 'v1/calendars/{calendar_id}/events/{event_uid}/participation_status',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).change.respond(request)),
})
