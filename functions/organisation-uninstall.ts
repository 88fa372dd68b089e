import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { organisationFailure } from '../shared/api/organisations/failure-page.ts'
import { getApp } from '../shared/app.ts'

app.http('organisation-uninstall', {
  route: 'organisation/uninstall',
  methods: ['GET', 'POST'],
  handler: endpoint(async (request) => (await getApp()).organisationPages.uninstall(request), organisationFailure),
})
