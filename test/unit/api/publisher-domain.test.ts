import { expect, test } from 'vitest'
import { addresses, localSettings, MICROSOFT_APP } from '../../../infra/local/settings.ts'
import { publisherDomain } from '../../../shared/api/publisher-domain.ts'
import { readConfig } from '../../../shared/config.ts'

test('Microsoft finds the application that this domain publishes', () => {
  const { status, headers, body } = publisherDomain(readConfig(localSettings(addresses(0), 'a connection', {})))
  expect([status, headers['content-type']]).toEqual([200, 'application/json'])
  expect(JSON.parse(String(body))).toEqual({ associatedApplications: [{ applicationId: MICROSOFT_APP.clientId }] })
})

test('without settings nothing is said of an application', () => {
  expect(() => publisherDomain(readConfig({}))).toThrow('settings are missing')
})
