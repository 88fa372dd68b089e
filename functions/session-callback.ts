import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { failurePage } from '../shared/api/oauth/failure-page.ts'
import { getApp } from '../shared/app.ts'

app.http('session-callback', {
  route: 'session/callback',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).browserSession.callback(request), failurePage),
})
