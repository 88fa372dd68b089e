import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('list-channels', {
  route: 'v1/channels',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).channels.list(request)),
})
