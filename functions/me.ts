import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { meFailure } from '../shared/api/me/failure.ts'
import { getApp } from '../shared/app.ts'

app.http('me', {
  route: 'me',
  methods: ['GET', 'POST'],
  handler: endpoint(async (request) => (await getApp()).me.page(request), meFailure),
})
