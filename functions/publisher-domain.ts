import { app } from '@azure/functions'
import { endpoint } from '../shared/api/endpoint.ts'
import { publisherDomain } from '../shared/api/publisher-domain.ts'
import { getSettings } from '../shared/app.ts'

app.http('publisher-domain', {
  route: '.well-known/microsoft-identity-association.json',
  methods: ['GET'],
  handler: endpoint(async () => publisherDomain(getSettings())),
})
