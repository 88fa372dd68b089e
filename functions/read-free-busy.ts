import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-free-busy', {
  route: 'v1/free_busy',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.freeBusy(request)),
})
