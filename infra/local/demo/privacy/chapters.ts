import { minutes, seconds, systemClock } from '../../../../shared/core/time.ts'
import { VAULT_KEY_NAMES } from '../../../../shared/crypto/vault.ts'
import { installOrganisation } from '../../installation.ts'
import type { SampleIntegrator } from '../../sample-integrator.ts'
import { createVisitor } from '../../visitor.ts'
import { openSignedIn, type PrivacyStage, pressButton, runFunction, step, until } from './stage.ts'

const ROTATIONS = 3

/** An administrator installs the app, a person connects, and the canaries are read. */
export async function tellConnecting(stage: PrivacyStage): Promise<void> {
  const { system, administrator, connect, canaries, search } = stage
  await step('an administrator installs the app', async () => {
    await installOrganisation(system.addresses.sync, administrator)
    return 'at /install, with consent for everybody and a sign-in'
  })
  await step('a person connects, and the mailbox is read', async () => {
    const integrator = await connect()
    await until(stage, 'the first pull', async () => search.countIn(await told(integrator)) === canaries.size)
    return `the API tells all ${canaries.size} canaries`
  })
  await step('canaries are looked for', search.run)
}

const told = async (integrator: SampleIntegrator): Promise<string> => JSON.stringify(await integrator.events())

/** The person takes everything along. */
export async function tellExport({ system, person, canaries, search }: PrivacyStage): Promise<void> {
  const { sync } = system.addresses
  await step('the person exports everything', async () => {
    const visitor = createVisitor()
    await openSignedIn(visitor, `${sync}/me/sign-in`, person)
    const [json, calendar] = await Promise.all(
      ['json', 'ics'].map(async (kind) => (await visitor.fetch(`${sync}/me/export.${kind}`)).text()),
    )
    const inJson = search.countIn(json ?? '')
    if (inJson !== canaries.size) throw new Error(`${inJson} of ${canaries.size} canaries are in the JSON export`)
    // Long lines of iCalendar are folded, which cuts words.
    const inCalendar = search.countIn((calendar ?? '').replaceAll('\r\n ', ''))
    return `${inJson} canaries in JSON, ${inCalendar} in iCalendar`
  })
  await step('canaries are looked for', search.run)
}

/** The keys of the vault are rotated while an integrator reads and a person edits. */
export async function tellRotation(stage: PrivacyStage): Promise<void> {
  const { search } = stage
  await step(`the vault's keys are rotated ${ROTATIONS} times under load`, async () => {
    let answers = 0
    for (let round = 0; round < ROTATIONS; round++) answers += await underLoad(stage, () => rotateAll(stage))
    return `${answers} answers meanwhile, each of them 200`
  })
  await step('canaries are looked for', search.run)
}

async function rotateAll({ system, edit }: PrivacyStage): Promise<void> {
  for (const name of Object.values(VAULT_KEY_NAMES)) await rotate(system.addresses.vault, name)
  edit()
  await runFunction(system, 'rewrap-keys')
  await systemClock.sleep(seconds(1))
}

/** @returns how many times the calendar was read while `work` was done; an hour has passed afterwards, as instances know new versions by then. */
async function underLoad({ connect, system }: PrivacyStage, work: () => Promise<void>): Promise<number> {
  const integrator = await connect()
  let [answers, isOver] = [0, false]
  const load = async () => {
    for (; !isOver; answers++) {
      const { status } = await integrator.get('/v1/events?tzid=Etc/UTC')
      if (status !== 200) throw new Error(`reading was answered with ${status}`)
    }
  }
  const over = () => {
    isOver = true
  }
  await Promise.all([load(), load(), work().finally(over)])
  await system.letTimePass(minutes(61))
  return answers
}

async function rotate(vault: string, name: string): Promise<void> {
  const { ok, status } = await fetch(`${vault}/_control/keys/${name}/rotate`, { method: 'POST' })
  if (!ok) throw new Error(`rotating ${name} was answered with ${status}`)
}

/** Everything is erased while it is in use. */
export async function tellErasing(stage: PrivacyStage): Promise<void> {
  const { system, person, connect, edit, search } = stage
  const integrator = await connect()
  const { sync } = system.addresses
  const visitor = createVisitor()
  await step('the person erases everything', async () => {
    edit()
    await openSignedIn(visitor, `${sync}/me/sign-in`, person)
    await pressButton(visitor, await visitor.open(`${sync}/me/erase`), 'Erase everything')
    await until(stage, 'the end of the consent', async () => (await integrator.get('/v1/account')).status === 401)
    return 'the integrator is let in no more'
  })
  await step('the erasure is complete', async () => {
    const page = async () => (await visitor.open(`${sync}/me`)).document.text
    await until(stage, 'an empty page', async () => (await page()).includes('Nothing is stored'), minutes(1))
    return 'nothing is stored about the account'
  })
  await step('canaries are looked for', search.run)
}
