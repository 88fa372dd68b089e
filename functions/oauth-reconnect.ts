import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { failurePage } from '../shared/api/oauth/failure-page.ts'
import { getApp } from '../shared/app.ts'

app.http('oauth-reconnect', {
  route: 'oauth/reconnect',
  methods: ['GET', 'POST'],
  handler: endpoint(async (request) => (await getApp()).oauth.reconnect(request), failurePage),
})
