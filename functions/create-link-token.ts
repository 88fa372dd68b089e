import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('create-link-token', {
  route: 'v1/link_tokens',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).oauth.linkToken(request)),
})
