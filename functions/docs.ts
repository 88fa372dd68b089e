import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getPorts } from '../shared/app.ts'

app.http('docs', {
  route: 'docs',
  methods: ['GET'],
  handler: endpoint(async () =>
    (await import('../shared/api/reference/reference.ts')).readReference(getPorts().config.PUBLIC_URL),
  ),
})
