import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('read-profiles', {
  route: 'v1/profiles',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).read.profiles(request)),
})
