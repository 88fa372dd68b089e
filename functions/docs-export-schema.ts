import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'

app.http('docs-export-schema', {
  route: 'docs/export-schema.json',
  methods: ['GET'],
  handler: endpoint(async () => (await import('../shared/api/me/export/schema.ts')).readExportSchema()),
})
