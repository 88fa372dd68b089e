import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('request-permissions', {
  route: 'v1/permissions',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).oauth.permissions(request)),
})
