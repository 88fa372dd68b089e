import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { createHealth } from '../shared/api/health.ts'
import { getPorts, getSettings } from '../shared/app.ts'
import { systemClock } from '../shared/core/time.ts'
import { dependenciesOf } from '../shared/dependencies.ts'

app.http('health', {
  route: 'health',
  methods: ['GET'],
  handler: endpoint(createHealth(getSettings, () => dependenciesOf(getPorts()), systemClock)),
})
