import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('find-availability', {
  route: 'v1/availability',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).availability(request)),
})
