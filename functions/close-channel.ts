import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('close-channel', {
  route: 'v1/channels/{channel_id}',
  methods: ['DELETE'],
  handler: endpoint(async (request) => (await getApp()).channels.close(request)),
})
