import { expect, test } from 'vitest'
import { minutes } from '../../shared/core/time.ts'
import { refused, startContoso, uninstalling } from '../support/contoso.ts'
import { linesOf, pass } from '../support/reading.ts'

test('uninstalling takes the domain, ends every account, and lets nobody connect meanwhile', async () => {
  const { fixture, browser, anna, bent, tid } = await startContoso()
  await fixture.connect(anna)
  const page = await uninstalling(browser)
  const wrong = await browser.submit(page, { domain: 'contoso' })
  expect([wrong.status, wrong.body.includes('This is not contoso.example.')]).toEqual([422, true])
  const end = await browser.submit(wrong, { domain: 'Contoso.example ' })
  expect(end.body).toContain('It is being uninstalled')
  await fixture.service.lookAfterOrganisations()
  expect(linesOf(fixture, 'erasure-begun')).toHaveLength(1)
  expect(await refused(fixture, bent)).toContain('Not installed for your organisation yet')
  const again = await browser.install()
  expect([again.status, again.body.includes('It is being uninstalled')]).toEqual([409, true])
  expect((await fixture.service.organisations.find(tid))?.state).toBe('uninstalling')
})

test('an organisation without accounts is uninstalled with the next tick, and can be installed again', async () => {
  const { fixture, browser, anna, tid } = await startContoso()
  await browser.submit(await uninstalling(browser), { domain: 'contoso.example' })
  await fixture.service.lookAfterOrganisations()
  expect((await fixture.service.organisations.find(tid))?.state).toBe('uninstalled')
  expect((await browser.open('/organisation')).body).toContain('Not installed for your organisation')
  await browser.install()
  await fixture.connect(anna)
  await pass(fixture, minutes(12), minutes(1))
  await fixture.service.lookAfterOrganisations()
  expect((await fixture.service.organisations.find(tid))?.state).toBe('installed')
})

test('an organisation with accounts is uninstalled once the last of them is erased, and none of their rows is left', async () => {
  const { fixture, browser, anna, bent, tid } = await startContoso()
  for (const person of [anna, bent]) await fixture.connect(person)
  await fixture.settle()
  expect(fixture.tables.rows('accounts')).not.toEqual([])
  await browser.submit(await uninstalling(browser), { domain: 'contoso.example' })
  for (let minute = 0; minute < 70; minute++) {
    await fixture.service.lookAfterOrganisations()
    await pass(fixture, minutes(1), minutes(1))
  }
  expect(fixture.tables.rows('accounts')).toEqual([])
  expect(fixture.tables.rows('organisations').map(({ rowKey }) => rowKey)).toEqual(['organisation'])
  expect((await fixture.service.organisations.find(tid))?.state).toBe('uninstalled')
  expect(fixture.graph.subscriptions.list()).toEqual([])
})

test('an organisation is not called uninstalled while Microsoft keeps an account from being erased', async () => {
  const { fixture, browser, anna, tid } = await startContoso()
  await fixture.connect(anna)
  await fixture.settle()
  fixture.intercept = (sent) => (sent.method === 'DELETE' ? new Response('{}', { status: 503 }) : undefined)
  await browser.submit(await uninstalling(browser), { domain: 'contoso.example' })
  for (let minute = 0; minute < 25; minute++) {
    await fixture.service.lookAfterOrganisations()
    await pass(fixture, minutes(1), minutes(1))
  }
  expect(fixture.tables.rows('accounts')).not.toEqual([])
  expect((await fixture.service.organisations.find(tid))?.state).toBe('uninstalling')
})
