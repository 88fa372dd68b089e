import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('batch', {
  route: 'v1/batch',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).batch(request)),
})
