import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-userinfo', {
  route: 'v1/userinfo',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.userinfo(request)),
})
