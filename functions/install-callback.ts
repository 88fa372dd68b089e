import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { installFailure } from '../shared/api/organisations/failure-page.ts'
import { getApp } from '../shared/app.ts'

app.http('install-callback', {
  route: 'install/callback',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).organisationPages.callback(request), installFailure),
})
