import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { oauthFailure } from '../shared/api/failure.ts'
import { getApp } from '../shared/app.ts'

app.http('oauth-revoke', {
  route: 'oauth/token/revoke',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).oauth.revoke(request), oauthFailure),
})
