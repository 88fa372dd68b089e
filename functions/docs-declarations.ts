import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { getPorts } from '../shared/app.ts'

app.http('docs-declarations', {
  route: 'docs/cronofy.d.ts',
  methods: ['GET'],
  handler: endpoint(async () =>
    (await import('../shared/api/reference/reference.ts')).readDeclarations(getPorts().config.PUBLIC_URL),
  ),
})
