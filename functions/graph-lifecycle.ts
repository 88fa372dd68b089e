import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('graph-lifecycle', {
  route: 'graph/lifecycle',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).notifications(request)),
})
