import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { asset } from '../shared/api/response.ts'
import { STYLE } from '../shared/api/style.ts'

app.http('assets', {
  route: 'assets/style.css',
  methods: ['GET'],
  handler: endpoint(async () => asset('text/css; charset=utf-8', STYLE)),
})
