import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { meFailure } from '../shared/api/me/failure.ts'
import { getApp } from '../shared/app.ts'

app.http('me-export-json', {
  route: 'me/export.json',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).me.exportJson(request), meFailure),
})
