import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getApp } from '../shared/app.ts'

app.http('revoke-profile', {
  route: 'v1/profiles/{profile_id}/revoke',
  methods: ['POST'],
  handler: endpoint(async (request) => (await getApp()).manage.revokeProfile(request)),
})
