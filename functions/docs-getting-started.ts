import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'

app.http('docs-getting-started', {
  route: 'docs/getting-started',
  methods: ['GET'],
  handler: endpoint(async () => (await import('../shared/api/reference/getting-started.ts')).readGettingStarted()),
})
