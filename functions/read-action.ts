import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-action', {
  route: 'v1/actions/{id}',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).change.action(request)),
})
