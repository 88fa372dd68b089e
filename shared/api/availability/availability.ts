import type { Trail } from '../../audit/audit.ts'
import { findPeriods, findSlots, type Meeting, type Member, type Offer } from '../../availability/find.ts'
import { common, merged } from '../../availability/spans.ts'
import { type Clock, toIsoSeconds } from '../../core/time.ts'
import type { WindowDays } from '../../events/window.ts'
import { workingSpans } from '../../events/working-hours.ts'
import { bodyFields } from '../change/fields.ts'
import { createFindings, type Findings, problem } from '../findings.ts'
import type { Handler } from '../handler.ts'
import type { RateLimits } from '../rate/rate-limits.ts'
import type { ApiRequest } from '../request.ts'
import { json } from '../response.ts'
import { type Asker, type AskerDependencies, findAsker } from './asker.ts'
import { type Diary, type DiaryDependencies, type ReasonUnknown, readDiary } from './diaries.ts'
import { type AskedMember, type AvailabilityQuery, parseAvailability, refuseCalendars } from './query.ts'
import type { AvailabilityAnswer } from './request.ts'

export interface AvailabilityDependencies extends AskerDependencies, DiaryDependencies {
  readonly clock: Clock
  readonly audit: Pick<Trail, 'read' | 'failed'>
  readonly windowDays: WindowDays
  readonly countAccounts: RateLimits['countAccounts']
}

const NOT_SEEN = problem('not_recognized', 'is not an account that has granted this integrator to see when it is busy')

/**
 * `POST /v1/availability`: when a meeting is possible. Reads the grants and the diary of each account once: at most about six table requests for
 * each of at most ten. Every endpoint failure is a ValidationError naming every bad field, `UNAUTHENTICATED` or
 * `SCOPE_MISSING`; an account without a grant looks like one that does not exist.
 */
export const createAvailabilityApi =
  (dependencies: AvailabilityDependencies): Handler =>
  async (request) => {
    const asker = await findAsker(dependencies, request)
    const query = parseAvailability(await bodyFields(request), dependencies.windowDays, dependencies.clock.now())
    const seen = await countSeen(dependencies, asker, query, request)
    const diaries = await readDiaries(dependencies, asker, query, seen)
    const { clientId: integrator } = asker
    const note = (account: string) => dependencies.audit.read({ account, integrator, first: 'availability' })
    await Promise.all([...diaries.keys()].map(note))
    return json(200, answerOf(query, diaries))
  }

type Diaries = ReadonlyMap<string, Diary>

const membersOf = ({ groups }: AvailabilityQuery): readonly AskedMember[] => groups.flatMap(({ members }) => members)

/** @returns the accounts that the integrator can see, each of which is counted. @throws SyncError `RATE_LIMITED`. */
async function countSeen(
  { countAccounts }: AvailabilityDependencies,
  asker: Asker,
  query: AvailabilityQuery,
  request: ApiRequest,
): Promise<readonly string[]> {
  const accounts = [...new Set(membersOf(query).map(({ account }) => account))]
  const maySee = await Promise.all(accounts.map(asker.maySee))
  const seen = accounts.filter((_, at) => maySee[at])
  const others = seen.filter((account) => account !== asker.own)
  await countAccounts(asker.clientId, others, request)
  return seen
}

/** @param seen accounts. @throws ValidationError for the others, and for calendars that are not there. */
async function readDiaries(
  dependencies: AvailabilityDependencies,
  { clientId: integrator }: Asker,
  query: AvailabilityQuery,
  seen: readonly string[],
): Promise<Diaries> {
  const { within, buffer, zone } = query
  const members = membersOf(query)
  const read = async (account: string) =>
    [account, await readDiary(dependencies, { account, integrator, within, buffer, zone })] as const
  const found = new Map(await Promise.all(seen.map(read)))
  const findings = createFindings()
  for (const member of members) checkMember(member, found.get(member.account), findings)
  findings.end()
  return new Map([...found].flatMap(([account, diary]) => (diary === undefined ? [] : [[account, diary] as const])))
}

function checkMember({ path, calendars }: AskedMember, diary: Diary | undefined, findings: Findings): void {
  if (diary === undefined) findings.refuse(`${path}.sub`, NOT_SEEN)
  else if (calendars.some((key) => !diary.calendars.has(key))) refuseCalendars(path, findings)
}

function answerOf(query: AvailabilityQuery, diaries: Diaries): AvailabilityAnswer {
  const { format, within, interval, limit } = query
  const meeting = meetingOf(query, diaries)
  const unknown = unknownOf(query, diaries)
  const told = unknown.length > 0 ? { unknown } : {}
  if (format === 'periods') return { available_periods: findPeriods(meeting).slice(0, limit).map(wireOffer), ...told }
  const slots = findSlots(meeting, { within, interval, limit, mayOverlap: format === 'overlapping_slots' })
  return { available_slots: slots.map(wireOffer), ...told }
}

/** Each account once, however often it is asked for. */
function unknownOf(query: AvailabilityQuery, diaries: Diaries): NonNullable<AvailabilityAnswer['unknown']> {
  const reasons = membersOf(query).flatMap((asked) => {
    const diary = diaries.get(asked.account)
    const reason = diary && reasonUnknown(asked, diary)
    return reason === undefined ? [] : [[asked.account, reason] as const]
  })
  return [...new Map(reasons)].map(([sub, reason]) => ({ sub, reason }))
}

function reasonUnknown(asked: AskedMember, diary: Diary): ReasonUnknown | undefined {
  const hasNoHours = asked.workingHours && diary.workingHours === undefined
  return diary.reasonUnknown(chosenOf(asked, diary)) ?? (hasNoHours ? 'no_working_hours' : undefined)
}

const chosenOf = ({ calendars }: AskedMember, diary: Diary): ReadonlySet<string> =>
  calendars.length === 0 ? diary.calendars : new Set(calendars)

const wireOffer = ({ from, to, names }: Offer) => ({
  start: toIsoSeconds(from),
  end: toIsoSeconds(to),
  participants: names.map((sub) => ({ sub })),
})

const meetingOf = (query: AvailabilityQuery, diaries: Diaries): Meeting => ({
  duration: query.duration,
  buffer: query.buffer,
  groups: query.groups.map(({ members, required }) => ({
    required,
    members: members.map((asked) => memberOf(asked, diaries.get(asked.account), query)),
  })),
})

/** Nobody is offered of whom nothing is known. */
function memberOf(member: AskedMember, diary: Diary | undefined, query: AvailabilityQuery): Member {
  const { account: name, workingHours, within } = member
  if (diary === undefined || reasonUnknown(member, diary) !== undefined) return { name, open: [], busy: [] }
  const asked = within === undefined ? query.within : common(query.within, within)
  const [first, last] = [query.within[0], query.within.at(-1)]
  const hours = workingHours ? diary.workingHours : undefined
  const isRestricted = hours !== undefined && first !== undefined && last !== undefined
  const open = isRestricted ? common(asked, merged(workingSpans(hours, { from: first.from, to: last.to }))) : asked
  return { name, open, busy: diary.busyIn(chosenOf(member, diary)) }
}
