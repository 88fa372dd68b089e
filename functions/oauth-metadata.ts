import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { oauthFailure } from '../shared/api/failure.ts'
import { getApp } from '../shared/app.ts'

app.http('oauth-metadata', {
  route: '.well-known/oauth-authorization-server',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).oauth.metadata(request), oauthFailure),
})
