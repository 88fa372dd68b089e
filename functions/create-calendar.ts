import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('create-calendar', {
  route: 'v1/calendars',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).manage.createCalendar(request)),
})
