import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('delete-events', {
  route: 'v1/events',
  methods: ['DELETE'],
  handler: endpoint(async (request) => (await getApp()).change.deleteMany(request)),
})
