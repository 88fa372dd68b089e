import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-free-busy-page', {
  route: 'v1/free_busy/pages/{token}',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.freeBusyPage(request)),
})
