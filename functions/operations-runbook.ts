import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { operationsFailure } from '../shared/api/operations/failure-page.ts'
import { getApp } from '../shared/app.ts'

app.http('operations-runbook', {
  route: 'operations/runbook',
  methods: ['GET'],
  handler: endpoint(async (request) => (await getApp()).operationsPages.runbook(request), operationsFailure),
})
