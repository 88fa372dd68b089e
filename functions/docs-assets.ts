import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'

app.http('docs-assets', {
  route: 'docs/assets/{name}',
  methods: ['GET'],
  handler: endpoint(async (request) => (await import('../shared/api/reference/reference.ts')).readAsset(request)),
})
