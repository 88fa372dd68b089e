import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { answerUnknown } from '../shared/api/unknown-address.ts'

// The least specific route there is: the host comes here only when no other function takes the path and the method.
app.http('unknown-address', {
  route: '{*path}',
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  handler: endpoint((request) => answerUnknown(request)),
})
