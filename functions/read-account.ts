import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-account', {
  route: 'v1/account',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.account(request)),
})
