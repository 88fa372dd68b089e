import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getPorts } from '../shared/app.ts'

app.http('openapi', {
  route: 'openapi.json',
  methods: ['GET'],
  handler: endpoint(async () =>
    (await import('../shared/api/reference/reference.ts')).readOpenApi(getPorts().config.PUBLIC_URL),
  ),
})
