import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { organisationFailure } from '../shared/api/organisations/failure-page.ts'
import { getApp } from '../shared/app.ts'

app.http('organisation-sign-in', {
  route: 'organisation/sign-in',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).organisationPages.signIn(request), organisationFailure),
})
