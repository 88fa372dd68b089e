import * as z from 'zod'
import { isFailure } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { type EpochMs, epochMs } from '../../core/time.ts'
import type { BlindIndex } from '../../crypto/ports.ts'
import type { Member, Organisation } from '../../organisations/organisation.ts'
import type { OrganisationStore, Task } from '../../organisations/ports.ts'
import { forgetRow } from '../forget-rows.ts'
import { Instant } from '../instant.ts'
import { copiesOf, openOrQuarantine } from '../quarantine.ts'
import type { SealedRows } from '../sealed-rows.ts'
import { insertOrReplace, type StoredRow, type Tables } from '../table.ts'

const texts = z.array(z.string()).readonly()

const OrganisationRow: z.ZodType<Organisation> = z.object({
  tenantId: z.string(),
  state: z.enum(['installed', 'uninstalling', 'uninstalled']),
  installedAt: Instant,
  installedBy: z.string(),
  restriction: z.object({ domains: texts, groups: texts }),
})

const MemberRow = z.object({ domain: z.string(), groups: texts.optional(), joinedAt: Instant })

const TaskRow: z.ZodType<Task> = z.object({
  tenantId: z.string(),
  since: Instant,
  notBefore: Instant,
  beganAt: Instant.optional(),
  met: z.number(),
  after: z.string().optional(),
})

const TABLE = 'organisations'
const OWNER = { kind: 'service' } as const
const ORGANISATION = 'organisation'
/** What the row key of a member begins with. */
export const MEMBER = 'member.'
/** The character after the point: the end of the range of all members. */
const AFTER_MEMBERS = 'member/'

/** Organisations, each in a partition of its own with its members; what is to be done for them in one of all. @see ../schema.md */
export function createOrganisationStore(
  tables: Tables,
  rows: SealedRows,
  blind: BlindIndex,
  log: Log,
): OrganisationStore {
  const table = tables.table(TABLE)
  const organisations = rows.kind({ name: 'organisation', table: TABLE, schema: OrganisationRow, version: 1 })
  const memberKind = rows.kind({ name: 'member', table: TABLE, schema: MemberRow, version: 1 })
  const taskKind = rows.kind({ name: 'organisation-task', table: TABLE, schema: TaskRow, version: 1 })
  const taskPartition = blind.token('organisation', 'of all', 'tasks')
  const idOf = (tenantId: string) => `org_${blind.token('organisation', tenantId.toLowerCase())}`

  /** A row that does not open says nothing of the person, who is outside of every restriction then. */
  async function memberOf(row: StoredRow): Promise<Member> {
    const account = row.rowKey.slice(MEMBER.length)
    const member = await openOrQuarantine({ table, log }, row, (one) => memberKind.decode(OWNER, one))
    return { account, ...(member ?? { domain: '', joinedAt: epochMs(0) }) }
  }

  async function named(organisation: string) {
    const row = await table.get(organisation, ORGANISATION)
    return row && { value: await organisations.decode(OWNER, row), etag: row.etag }
  }

  /** A task that does not open is begun anew: what was decided stands in the organisation's own row. */
  async function taskOf(row: StoredRow, now: EpochMs): Promise<Task | undefined> {
    const task = await openOrQuarantine({ table, log }, row, (one) => taskKind.decode(OWNER, one))
    if (task !== undefined) return task
    const decided = await table.get(row.rowKey, ORGANISATION)
    const organisation =
      decided && (await openOrQuarantine({ table, log }, decided, (one) => organisations.decode(OWNER, one)))
    return organisation && { tenantId: organisation.tenantId, since: now, notBefore: now, met: 0 }
  }

  async function writeTask(task: Task, etag?: string): Promise<string> {
    const rowKey = idOf(task.tenantId)
    const properties = await taskKind.encode(OWNER, taskPartition, rowKey, task)
    const write = etag === undefined ? ({ kind: 'upsert' } as const) : ({ kind: 'replace', etag } as const)
    return (await table.commit(taskPartition, [{ ...write, rowKey, properties }]))[0] ?? ''
  }

  return {
    idOf,
    find: (tenantId) => named(idOf(tenantId)),
    named,
    async save(organisation, known) {
      const partition = idOf(organisation.tenantId)
      const properties = await organisations.encode(OWNER, partition, ORGANISATION, organisation)
      await table.commit(partition, [insertOrReplace(ORGANISATION, properties, known?.etag)])
    },
    async addMember(tenantId, { account, ...member }) {
      const [partition, rowKey] = [idOf(tenantId), `${MEMBER}${account}`]
      const properties = await memberKind.encode(OWNER, partition, rowKey, member)
      try {
        await table.commit(partition, [{ kind: 'insert', rowKey, properties }])
        return true
      } catch (error) {
        if (!isFailure(error, 'ROW_EXISTS')) throw error
        await table.commit(partition, [{ kind: 'upsert', rowKey, properties }])
        return false
      }
    },
    async member(organisation, account) {
      const row = await table.get(organisation, MEMBER + account)
      return row && memberOf(row)
    },
    async removeMember(organisation, account) {
      const rowKey = MEMBER + account
      await forgetRow(table, organisation, rowKey)
      for await (const page of table.range(organisation, ...copiesOf(rowKey)))
        for (const copy of page) await forgetRow(table, organisation, copy.rowKey)
    },
    async *members(tenantId, after) {
      // The character after every one of an account id.
      const from = after === undefined ? MEMBER : `${MEMBER}${after}~`
      for await (const page of table.range(idOf(tenantId), from, AFTER_MEMBERS))
        if (page.length > 0) yield await Promise.all(page.map(memberOf))
    },
    async countMembers(tenantId, most) {
      let count = 0
      for await (const page of table.range(idOf(tenantId), MEMBER, AFTER_MEMBERS)) {
        count += page.length
        if (count >= most) break
      }
      return count
    },
    async tasks(now) {
      const found = []
      for await (const page of table.range(taskPartition, 'org_', 'org_~'))
        for (const row of page) {
          const value = await taskOf(row, now)
          if (value !== undefined) found.push({ value, etag: row.etag })
        }
      return found
    },
    async beginTask(tenantId, since) {
      await writeTask({ tenantId, since, notBefore: since, met: 0 })
    },
    async moveTask({ value, etag }, next) {
      try {
        if (next !== undefined) return { value: next, etag: await writeTask(next, etag) }
        await table.commit(taskPartition, [{ kind: 'delete', rowKey: idOf(value.tenantId), etag }])
      } catch (error) {
        if (!isFailure(error, 'ROW_CHANGED')) throw error
      }
      return undefined
    },
  }
}
