import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openApiDocument } from '../../shared/api/reference/document.ts'
import type { Report } from '../fuzz/fuzz.ts'
import { fuzzPages } from '../fuzz/pages/fuzz-pages.ts'
import { nameOf, registered } from '../fuzz/pages/routes.ts'
import { startWhole, type WholeTarget } from '../fuzz/whole-system.ts'

let target: WholeTarget
let report: Report

beforeAll(async () => {
  target = await startWhole(inject('app'))
  report = await fuzzPages(target, { requests: 1_000, seed: 1 })
}, 300_000)
afterAll(() => target.close())

test('whatever is sent to our pages and callbacks, nothing fails, nobody else is told of, and no markup is repeated', () => {
  expect(report.failures).toEqual([])
})

test('every route that the host has is fuzzed, here or by the schemas of the reference', () => {
  const described = Object.entries(openApiDocument(target.url).paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => nameOf({ method: method.toUpperCase(), path })),
  )
  const fuzzed = [...Object.keys(report.statuses), ...described]
  expect(fuzzed.sort()).toEqual(registered(target).map(nameOf).sort())
})

test('some of it gets past the first look', () => {
  expect(report.statuses['GET /me']).toHaveProperty('200')
  expect(report.statuses['POST /graph/notifications']).toMatchObject({ 200: expect.anything(), 401: expect.anything() })
  expect(report.statuses['GET /oauth/callback']).toHaveProperty('400')
})
