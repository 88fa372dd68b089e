import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { meFailure } from '../shared/api/me/failure.ts'
import { getApp } from '../shared/app.ts'

app.http('me-sign-in', {
  route: 'me/sign-in',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).me.signIn(request), meFailure),
})
