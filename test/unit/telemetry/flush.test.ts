import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { systemRandom } from '../../../shared/core/random.ts'
import { systemClock } from '../../../shared/core/time.ts'
import { createTelemetry } from '../../../shared/telemetry/create-telemetry.ts'

/** Takes whatever is exported. @returns its address, and the paths that were posted to. */
async function startCollector() {
  const paths = new Set<string>()
  const server = createServer((request, response) => {
    paths.add(request.url ?? '')
    request.resume().on('end', () => response.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { otlpEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths }
}

test('what was told right before a process ends is sent, although what sends it was not loaded yet', async () => {
  const { otlpEndpoint, paths } = await startCollector()
  const telemetry = createTelemetry({
    ...{ environment: 'test', clock: systemClock, random: systemRandom, log: () => undefined },
    ...{ azureMonitor: undefined, otlpEndpoint },
  })
  telemetry.count('failures', { code: 'INTERNAL' })
  await telemetry.span('visit', {}, async () => undefined)
  await telemetry.flush()
  expect([...paths].sort()).toEqual(['/v1/metrics', '/v1/traces'])
})

test('where nothing is exported there is nothing to send', async () => {
  const telemetry = createTelemetry({
    ...{ environment: 'test', clock: systemClock, random: systemRandom, log: () => undefined },
    ...{ azureMonitor: undefined, otlpEndpoint: undefined },
  })
  telemetry.count('failures', { code: 'INTERNAL' })
  await expect(telemetry.flush()).resolves.toBeUndefined()
})
