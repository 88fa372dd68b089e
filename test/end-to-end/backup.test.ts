import { beforeEach, describe, expect, test } from 'vitest'
import { MANIFEST } from '../../shared/backup/manifest.ts'
import { days, hours, minutes } from '../../shared/core/time.ts'
import { LOST, startBackedUpService } from '../support/backups.ts'
import { linesOf, pass } from '../support/reading.ts'

type Backups = Awaited<ReturnType<typeof startBackedUpService>>

let fixture: Backups['fixture']
let anna: Backups['anna']
let ids: Backups['ids']
let command: Backups['command']
let backedUp: Backups['backedUp']
let putBack: Backups['putBack']

beforeEach(async () => {
  ;({ fixture, anna, ids, command, backedUp, putBack } = await startBackedUpService())
})

describe('a backup is made', () => {
  test('once a day, and what it does not copy is little', async () => {
    const id = await backedUp()
    await fixture.service.backUpTables()
    expect(ids()).toEqual([id])
    expect(await command('list')).toMatch(new RegExp(`^${id}  complete, \\d+ rows\n$`))
    await pass(fixture, hours(24), hours(6))
    await fixture.service.backUpTables()
    expect(ids()).toHaveLength(2)
  })

  test('as the rows are stored, and nothing of a person can be read in it', async () => {
    await backedUp()
    const { gunzipSync } = await import('node:zlib')
    const files = [...fixture.backups.contents].flatMap(([id, each]) => each.map((file) => ({ ...file, id })))
    const [manifest, ...others] = files.toReversed()
    const rows = others.map(({ content }) => gunzipSync(content).toString()).join('')
    expect(rows.split('\n').length).toBeGreaterThan(fixture.tables.rows('accounts').length)
    const signed = new TextDecoder().decode(manifest?.content)
    const beside = files.map(({ id, name, facts }) => `${id} ${name} ${facts}`).join('\n')
    const [event] = anna.mailbox.calendar().store.items.values()
    const { userPrincipalName, displayName, oid, tid } = anna.person
    for (const secret of [
      userPrincipalName,
      displayName,
      oid,
      tid,
      String(event?.fields['subject']),
      String(event?.id),
    ])
      expect(`${rows}${beside}${signed}`).not.toContain(secret)
  })

  test('in slices: who comes next goes on where the one before was cut off', async () => {
    fixture.backups.afterPage = () => fixture.clock.advance(minutes(1))
    await fixture.service.backUpTables()
    const [id = ''] = ids()
    expect(await command('list')).toContain('it is not complete')
    for (let slice = 0; slice < 30 && !(await command('list')).includes('complete,'); slice++) {
      const before = fixture.backups.contents.get(id)?.length ?? 0
      await fixture.service.backUpTables()
      expect(fixture.backups.contents.get(id)?.length).toBeGreaterThan(before)
    }
    expect(ids()).toEqual([id])
    fixture.backups.afterPage = () => undefined
    const before = fixture.tables.rows('accounts').length
    await putBack(id)
    expect(fixture.tables.rows('accounts')).toHaveLength(before)
  })

  test.each(['000001.accounts.gz', MANIFEST])('anew when somebody else has put %s into it', async (name) => {
    fixture.backups.afterPage = () => fixture.clock.advance(minutes(4))
    await fixture.service.backUpTables()
    fixture.backups.afterPage = () => undefined
    const [id = ''] = ids()
    await fixture.backups.store.write(id, { name, facts: 'theirs' }, new Uint8Array(5))
    await fixture.clock.advance(minutes(5))
    const made = await backedUp()
    expect(linesOf(fixture, 'backup-forged')).toEqual([expect.objectContaining({ backup: id })])
    expect(made).not.toBe(id)
    expect(await command('list')).toContain(`${made}  complete`)
  })

  test('anew after a restore, although one from before it was not finished', async () => {
    const old = await backedUp()
    await pass(fixture, hours(24), hours(6))
    fixture.backups.afterPage = () => fixture.clock.advance(minutes(4))
    await fixture.service.backUpTables()
    const unfinished = ids().at(-1)
    fixture.backups.afterPage = () => undefined
    const restored = await putBack(old)
    await restored.service.wakeErasures()
    await fixture.clock.advance(minutes(5))
    await restored.service.backUpTables()
    expect(ids().at(-1)).not.toBe(unfinished)
    expect(await command('list')).toContain(`${ids().at(-1)}  complete`)
  })

  test('when the version of the key that signed the last one has been disabled', async () => {
    await backedUp()
    const signedWith = (await fixture.vault.current()).signing
    fixture.vault.rotate('signing')
    await fixture.service.rewrapKeys()
    fixture.vault.disabled.add(signedWith)
    await pass(fixture, hours(24), hours(6))
    await fixture.service.backUpTables()
    const [old, made] = ids()
    expect(await command('list')).toMatch(new RegExp(`^${old}  not looked at: .*disabled\n${made}  complete, `))
  })

  test('not of tables that are just being restored', async () => {
    fixture.tables.clear(...LOST)
    await expect(fixture.service.backUpTables()).resolves.toBeUndefined()
    expect(ids()).toEqual([])
  })

  const isOldTold = async () => {
    await fixture.service.operations.gather()
    const { alerts } = await fixture.service.operations.status(1)
    return alerts.find(({ name }) => name === 'backup-old')?.isRaised
  }

  test('and its age is told, as long as it takes to make one', async () => {
    await backedUp()
    await fixture.clock.advance(days(3))
    fixture.backups.afterPage = () => fixture.clock.advance(minutes(4))
    await fixture.service.backUpTables()
    expect(await isOldTold()).toBe(true)
  })

  test('and its age is told when the timer that makes them has stopped', async () => {
    await backedUp()
    expect(await isOldTold()).toBe(false)
    await fixture.clock.advance(days(3))
    expect(await isOldTold()).toBe(true)
  })

  test('and when that timer has never run, which a new deployment is given time for', async () => {
    expect(await isOldTold()).toBe(false)
    await fixture.clock.advance(days(1))
    expect(await isOldTold()).toBe(false)
    await fixture.clock.advance(days(2))
    expect(await isOldTold()).toBe(true)
  })
})
