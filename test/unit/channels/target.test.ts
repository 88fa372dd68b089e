import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isAllowedAddress, type TargetRules, targetProblem } from '../../../shared/channels/target.ts'
import { readConfig } from '../../../shared/config.ts'

const PUBLIC: TargetRules = { publicUrl: 'https://sync.example', allowedHosts: [] }
const LOCAL: TargetRules = { publicUrl: 'http://localhost:7071', allowedHosts: ['localhost', '127.0.0.1'] }

const DENIED_NUMBERS = [
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  ...['169.254.169.254', '169.254.0.1', '168.63.129.16', '100.64.0.1', '100.127.255.255', '192.0.0.1', '192.0.2.1'],
  ...['192.88.99.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:169.254.169.254', '64:ff9b::7f00:1'],
  ...['64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2001::1', '2001:db8::1', '3fff::1'],
  ...['fe80::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'fdff::1', 'ff02::1', '100::1', '5f00::1', '4000::1'],
]

test.each(DENIED_NUMBERS)('X1: nothing is ever sent to %s', (address) => {
  const host = address.includes(':') ? `[${address}]` : address
  expect(targetProblem(`https://${host}/cb`, PUBLIC)).toBe('must be a public address')
  expect(isAllowedAddress(address, new URL('https://fa.example/cb'), PUBLIC)).toBe(false)
})

test.each([
  ...['https://2130706433/', 'https://0x7f000001/', 'https://0x7f.1/', 'https://127.1/', 'https://0177.0.0.1/'],
  ...['https://127.0.0.1./', 'https://0/', 'https://①②⑦.⓪.⓪.①/', 'https://1249763844561/', 'https://[::ffff:7f00:1]/'],
  ...['https://localhost/', 'https://LOCALHOST/', 'https://localhost./', 'https://a.localhost/', 'https://ｌocalhost/'],
  ...['https://metadata.google.internal/', 'https://printer.local/', 'https://intranet/', 'https://vault.internal./'],
  ...['https://a@127.0.0.1/', 'https://user:secret@fa.example/', 'https://fa.example@10.0.0.1/'],
  ...['http://fa.example/', 'ftp://fa.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'gopher://fa.example/'],
  ...['//fa.example/', '/cb', '', 'https://', 'fa.example'],
  ...['https://fa.example:22/', 'https://fa.example:25/', 'https://fa.example:80/', 'https://fa.example/#part'],
  ...['https://sync.example/v1/channels', 'https://SYNC.example./', 'https://sync.example:8443/'],
])('X1: %s is refused when the channel is made', (url) => {
  expect(targetProblem(url, PUBLIC)).toBeDefined()
})

test.each([
  ...['https://fa.example/cb', 'https://fa.example:8443/cb?x=1', 'https://xn--bcher-kva.example/', 'https://8.8.8.8/'],
  ...['https://[2606:4700::1111]/', 'https://fa.example:443/'],
])('%s is an address that receivers may have', (url) => {
  expect(targetProblem(url, PUBLIC)).toBeUndefined()
})

test('X1: this machine is a receiver only where the setting names it, and never we ourselves', () => {
  expect(targetProblem('http://localhost:9999/cb', LOCAL)).toBeUndefined()
  expect(targetProblem('http://127.0.0.1:9999/cb', LOCAL)).toBeUndefined()
  expect(targetProblem('http://localhost:7071/v1/channels', LOCAL)).toBeDefined()
  expect(targetProblem('http://127.0.0.1:7071/v1/channels', LOCAL)).toBeDefined()
  expect(targetProblem('http://fa.example/cb', LOCAL)).toBeDefined()
  expect(targetProblem('http://[::1]:9999/cb', LOCAL)).toBeDefined()
  expect(targetProblem('http://localhost:9999/cb', { ...LOCAL, publicUrl: 'https://sync.example' })).toBeDefined()
})

test('X1: the name that Azure gave us is ours too', () => {
  const rules = { ...PUBLIC, azureHost: 'sync-prod.azurewebsites.net' }
  expect(targetProblem('https://sync-prod.azurewebsites.net/', rules)).toBe('must not be an address of this service')
  expect(targetProblem('https://other.azurewebsites.net/', rules)).toBeUndefined()
})

test('X1: where we are served over TLS, no setting opens this machine', () => {
  const { Values } = JSON.parse(readFileSync('local.settings.example.json', 'utf8')) as {
    Values: Record<string, string>
  }
  expect(readConfig(Values)).toHaveProperty('config')
  const problems = [expect.objectContaining({ setting: 'CHANNEL_LOCAL_HOSTS' })]
  expect(readConfig({ ...Values, PUBLIC_URL: 'https://sync.example' })).toEqual({ problems })
  expect(readConfig({ ...Values, CHANNEL_LOCAL_HOSTS: '10.0.0.1' })).toEqual({ problems })
  expect(readConfig({ ...Values, PUBLIC_URL: 'https://sync.example', CHANNEL_LOCAL_HOSTS: '' })).toHaveProperty(
    'config',
  )
})

test('X1: a name of this machine that leads elsewhere is not followed', () => {
  const url = new URL('http://localhost:9999/cb')
  expect(isAllowedAddress('127.0.0.1', url, LOCAL)).toBe(true)
  expect(isAllowedAddress('::1', url, LOCAL)).toBe(true)
  expect(isAllowedAddress('10.0.0.1', url, LOCAL)).toBe(false)
  expect(isAllowedAddress('not an address', url, LOCAL)).toBe(false)
})
