import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { answerUnknown } from '../shared/api/unknown-address.ts'

// Azure tries functions with an HTTP trigger in the order of their names, whatever their routes are: this one has to be the
// last (https://github.com/Azure/azure-functions-host/issues/9876).
app.http('unknown-address', {
  route: '{*path}',
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  handler: endpoint((request) => answerUnknown(request)),
})
