import { stdout } from 'node:process'
import { type DurationMs, elapsed, minutes, seconds, systemClock } from '../../../../shared/core/time.ts'
import type { PassingClock } from '../../passing-clock.ts'
import type { SampleIntegrator } from '../../sample-integrator.ts'
import type { System } from '../../system.ts'
import type { Page, Visitor } from '../../visitor.ts'
import type { Canaries } from './canaries.ts'
import type { Search } from './search.ts'

/** What the story of privacy is told with. */
export interface PrivacyStage {
  readonly system: System
  readonly clock: PassingClock
  readonly canaries: Canaries
  readonly search: Search
  /** Addresses of people in Microsoft 365. */
  readonly administrator: string
  readonly person: string
  /** Lets the person connect with the integrator `sample`. */
  connect(): Promise<SampleIntegrator>
  /** Changes titles of events in Outlook. @returns how many. */
  edit(): number
}

/** Runs a step and tells what came of it. @throws Error with the step's name. */
export async function step(name: string, run: () => Promise<string>): Promise<void> {
  const from = systemClock.now()
  const found = await run().catch((error: unknown) => {
    throw new Error(`${name}: ${error instanceof Error ? `${error.message} ${error.cause ?? ''}` : error}`)
  })
  const took = `${elapsed(from, systemClock.now())} ms`
  stdout.write(`${name.padEnd(44)}${took.padStart(9)}  ${found}\n`)
}

const PATIENCE = minutes(10)

/** Looks until something is so, and lets time pass in between where `step` says how much. */
export async function until(
  { system }: Pick<PrivacyStage, 'system'>,
  what: string,
  isSo: () => Promise<boolean>,
  passing?: DurationMs,
): Promise<void> {
  const from = systemClock.now()
  while (!(await isSo())) {
    if (elapsed(from, systemClock.now()) > PATIENCE) throw new Error(`not seen: ${what}`)
    if (passing !== undefined) await system.letTimePass(passing)
    await systemClock.sleep(seconds(0.1))
  }
}

/** Runs a function of the app now, as an operator can. */
export async function runFunction({ addresses, masterKey }: System, name: string): Promise<void> {
  const headers = { 'x-functions-key': masterKey }
  const { status } = await fetch(`${addresses.sync}/admin/functions/${name}`, { method: 'POST', headers })
  if (status !== 202) throw new Error(`${name} was answered with ${status}`)
}

/** Presses the button that says `text`, with everything its form holds and these values. */
export async function pressButton(
  visitor: Visitor,
  page: Page,
  text: string,
  values: Readonly<Record<string, string>> = {},
): Promise<string> {
  const button = page.document.querySelectorAll('button').find((one) => one.text.trim() === text)
  const form = button?.closest('form')
  if (!form) throw new Error(`there is no button "${text}" at ${page.url.pathname}`)
  const held = form
    .querySelectorAll('input[name]')
    .map((field) => [field.getAttribute('name'), field.getAttribute('value')])
  const body = new URLSearchParams({ ...Object.fromEntries(held), ...values })
  const answer = await visitor.fetch(new URL(form.getAttribute('action') ?? '', page.url), { method: 'POST', body })
  return answer.text()
}

/** Signs in at Microsoft on the way to a page of ours. */
export async function openSignedIn(visitor: Visitor, url: string, address: string): Promise<Page> {
  const accounts = await visitor.open(url)
  return visitor.press(accounts, 'address', address)
}
