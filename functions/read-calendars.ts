import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-calendars', {
  route: 'v1/calendars',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.calendars(request)),
})
