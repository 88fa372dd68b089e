import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { organisationFailure } from '../shared/api/organisations/failure-page.ts'
import { getApp } from '../shared/app.ts'

app.http('organisation-signed-in', {
  route: 'organisation/signed-in',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).organisationPages.signedIn(request), organisationFailure),
})
