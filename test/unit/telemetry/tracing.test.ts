import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, test } from 'vitest'
import { SyncError } from '../../../shared/core/errors.ts'
import { processLog } from '../../../shared/core/process-log.ts'
import { inBackground } from '../../../shared/core/running.ts'
import { type DurationMs, minutes, seconds } from '../../../shared/core/time.ts'
import { parseCarrier } from '../../../shared/core/trace-context.ts'
import { BUCKETS } from '../../../shared/operations/sample.ts'
import { consoleSpans } from '../../../shared/telemetry/console-spans.ts'
import { graphRoute } from '../../../shared/telemetry/graph-route.ts'
import { withinInvocation } from '../../../shared/telemetry/invocation.ts'
import { lazyExport } from '../../../shared/telemetry/lazy-export.ts'
import { createMeters } from '../../../shared/telemetry/meters.ts'
import { limitedTraces } from '../../../shared/telemetry/sampler.ts'
import { manualClock } from '../../support/graph-stand-in.ts'
import { recordSpans } from '../../support/recorded-spans.ts'

const TRACE = 'a'.repeat(32)
const carrier = (digit: string, flag = '01') => `00-${TRACE}-${digit.repeat(16)}-${flag}`

function tracing() {
  const recorded = recordSpans()
  return { ...recorded, telemetry: recorded.telemetry(manualClock()) }
}

test('a span is within the one that runs, also after waiting', async () => {
  const { spans, telemetry } = tracing()
  await telemetry.span('outer', {}, async () => {
    await Promise.all(['one', 'other'].map((name) => telemetry.span(name, {}, async () => Promise.resolve())))
  })
  const outer = spans.find(({ name }) => name === 'outer')
  expect(spans.filter(({ parent }) => parent?.span === outer?.context.span).map(({ name }) => name)).toEqual([
    'one',
    'other',
  ])
  expect(new Set(spans.map(({ context }) => context.trace)).size).toBe(1)
})

test('the first carrier is the parent, the others are linked, and what is none is left out', async () => {
  const { spans, telemetry } = tracing()
  await telemetry.span('visit', { from: ['00-nothing', carrier('1'), carrier('2'), carrier('2')] }, async () => {})
  expect(spans[0]).toMatchObject({ parent: { span: '1'.repeat(16) }, links: [{ span: '2'.repeat(16) }] })
})

test('a trace that its sender does not export is exported by nobody after it', async () => {
  const { spans, telemetry } = tracing()
  await telemetry.span('visit', { from: [carrier('1', '00')] }, () => telemetry.span('get', {}, async () => {}))
  expect(spans).toEqual([])
})

test('a span whose work throws has failed with the code of the failure', async () => {
  const { spans, telemetry } = tracing()
  const failing = telemetry.span('get', {}, async () => {
    throw new SyncError('STORAGE_UNAVAILABLE', 'no answer')
  })
  await expect(failing).rejects.toThrow('no answer')
  await telemetry.span('GET /me', { kind: 'client' }, async (span) => span.note({ status: 429 }))
  await telemetry.span('GET /v1/events', { kind: 'server' }, async (span) => span.note({ status: 404 }))
  expect(spans.map(({ failure }) => failure)).toEqual(['STORAGE_UNAVAILABLE', 'http_429', undefined])
})

test.each([
  '',
  `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `01-${TRACE}-${'1'.repeat(16)}-01`,
  `${carrier('1')}-more`,
  carrier('1').toUpperCase(),
])('"%s" is no carrier', (text) => {
  expect(parseCarrier(text)).toBeUndefined()
})

test('the name of a request to Graph holds no id of anybody', () => {
  const base = 'https://graph.microsoft.com/v1.0'
  expect(graphRoute(`${base}/me/calendars/AAMkAD/calendarView/delta?$deltatoken=secret`)).toBe(
    '/me/calendars/{id}/calendarView/delta',
  )
  expect(graphRoute(`${base}/users('anna@x.example')/calendars('AAMk')/events`)).toBe('/me/calendars/{id}/events')
  expect(graphRoute(`${base}/$batch`)).toBe('/$batch')
})

test('a span is a readable line on the console, indented by what is around it', async () => {
  const { spans, telemetry } = tracing()
  const lines: string[] = []
  await telemetry.span('visit', {}, () => telemetry.span('get accounts', { facts: { rows: 2 } }, async () => {}))
  for (const span of spans) consoleSpans((line) => lines.push(line))(span)
  expect(lines[0]).toMatch(
    /^span {3}get accounts 0 ms rows=2 \[trace [0-9a-f]{32} span [0-9a-f]{16} in [0-9a-f]{16}\]$/,
  )
  expect(lines[1]).toMatch(/^span visit 0 ms \[trace [0-9a-f]{32} span [0-9a-f]{16}\]$/)
})

test('what cannot be loaded or sent costs the telemetry and nothing else', async () => {
  const lines: string[] = []
  const broken = lazyExport(
    () => Promise.reject(new Error('no such module')),
    (_, event) => lines.push(event),
  )
  const { telemetry, spans } = tracing()
  await telemetry.span('visit', {}, async () => {})
  for (let times = 0; times < 2_000; times += 1) for (const span of spans) broken.span(span)
  await Promise.resolve()
  expect(lines).toEqual(['telemetry-unavailable'])
})

test('metrics go out under their names, with their labels and the buckets of the samples', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })
  const meters = createMeters(new MeterProvider({ readers: [reader] }).getMeter('test'))
  meters.record('graph.duration', { outcome: 'ok' }, seconds(0.04))
  meters.count('failures', { code: 'INTERNAL' })
  meters.gauge('accounts', { state: 'active' }, 7)
  await reader.forceFlush()
  const [{ metrics = [] } = {}] = exporter.getMetrics()[0]?.scopeMetrics ?? []
  const told = metrics.map(({ descriptor: { name, unit }, dataPoints: [point] }) => [name, unit, point?.attributes])
  expect(told).toEqual([
    ['graph.duration', 'ms', { outcome: 'ok' }],
    ['failures', '', { code: 'INTERNAL' }],
    ['accounts', '', { state: 'active' }],
  ])
  expect(metrics[0]?.dataPoints[0]?.value).toMatchObject({ sum: 40, buckets: { boundaries: [...BUCKETS] } })
  await reader.shutdown()
})

test('no more than one trace a second is exported in the long run', async () => {
  const clock = manualClock()
  const sampler = limitedTraces(clock)
  let kept = 0
  for (let at = 0; at < minutes(10); at += 100) {
    if (sampler()) kept += 1
    await clock.advance(seconds(0.1))
  }
  expect(kept).toBeGreaterThan(590)
  expect(kept).toBeLessThan(640)
})

const HOST = `00-${'b'.repeat(32)}-${'3'.repeat(16)}-00`
const to = (level: string, lines: string[]) => (line: string) => void lines.push(`${level} ${line}`)
const invocation = (type: string, lines: string[] = []) => ({
  ...{ invocationId: 'invocation-1', functionName: 'sample', traceContext: { traceParent: HOST } },
  options: { trigger: { type, route: 'v1/events/{id}' } },
  ...{ info: to('info', lines), warn: to('warn', lines), error: to('error', lines) },
})
const received = (traceparent?: string) => ({
  method: 'GET',
  headers: new Headers(traceparent === undefined ? {} : { traceparent }),
})

test("a request goes on in the host's trace, but never in one that its sender names", async () => {
  const { spans, telemetry } = tracing()
  await withinInvocation(telemetry, invocation('httpTrigger'), received(), async () => ({ status: 200 }))
  await withinInvocation(telemetry, invocation('httpTrigger'), received(carrier('1')), async () => ({ status: 200 }))
  const [own, sent] = spans
  expect(own).toMatchObject({ name: 'GET /v1/events/{id}', kind: 'server', context: { trace: 'b'.repeat(32) } })
  expect(sent).toMatchObject({ parent: undefined, links: [{ trace: TRACE }] })
  expect(sent?.context.trace).not.toBe(TRACE)
})

test('every line of the log names its trace and its invocation, and goes to the host as one of it, with its level', async () => {
  const { spans, telemetry } = tracing()
  const lines: string[] = []
  await withinInvocation(telemetry, invocation('timerTrigger', lines), {}, async () =>
    processLog('warn', 'action-waits-for-timer', { code: 'QUEUE_UNAVAILABLE' }),
  )
  const [span] = spans
  expect(lines[0]).toMatch(/^warn /)
  expect(JSON.parse(lines[0]?.slice('warn '.length) ?? '')).toMatchObject({
    event: 'action-waits-for-timer',
    trace: span?.context.trace,
    invocation: 'invocation-1',
  })
  expect(span).toMatchObject({ name: 'timer sample', failure: 'QUEUE_UNAVAILABLE' })
})

test('what an invocation begins in the background has no part in its trace or its lines', async () => {
  const { spans, telemetry } = tracing()
  const lines: string[] = []
  let isDone = false
  const work = () => telemetry.span('commit operations', {}, async () => processLog('warn', 'not-measured'))
  await withinInvocation(telemetry, invocation('timerTrigger', lines), {}, () =>
    inBackground(20 as DurationMs, () => {
      if (!isDone) void work()
      isDone = true
    }),
  )
  await expect.poll(() => spans.map(({ name }) => name)).toContain('commit operations')
  expect(spans.find(({ name }) => name === 'commit operations')?.parent).toBeUndefined()
  expect(lines).toEqual([])
})
