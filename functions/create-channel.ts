import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('create-channel', {
  route: 'v1/channels',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).channels.create(request)),
})
