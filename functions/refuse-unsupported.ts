import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { refuseUnsupported } from '../shared/api/unsupported.ts'

app.http('refuse-unsupported', {
  route: 'v1/{*address}',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  handler: endpoint(refuseUnsupported),
})
