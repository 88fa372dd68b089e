import type { Log } from '../../../shared/core/log.ts'
import { type Random, randomId } from '../../../shared/core/random.ts'
import { type Clock, days, type EpochMs, earlier, later, toIsoSeconds } from '../../../shared/core/time.ts'
import type { Api } from './api.ts'
import type { AnswerRequest, ChangeRequest, DeleteRequest, SaveRequest } from './change-request.ts'
import { ApiError, type Connection } from './connection.ts'
import { bodyOf, nameOf } from './event-body.ts'
import { followAction } from './follow-action.ts'
import { createHeldDeletions } from './held-deletions.ts'
import type { Live } from './live.ts'
import type { CalendarItem, Refusal } from './messages.ts'
import { editOfSeries, firstOfSeries } from './series.ts'
import type { Session } from './sessions.ts'
import type { Action } from './wire.ts'
import type { EventBody, Writes } from './writes.ts'

/** What a person changes. A change is sent to the API and then followed until it is known what came of it. */
export interface Changes {
  /** @throws ApiError when it is not accepted. @throws RangeError for a zone that does not exist. */
  save(session: Session, connection: Connection, request: SaveRequest): Promise<void>
  /** Holds the deletion for a while. @returns the name to undo it by. */
  remove(session: Session, connection: Connection, request: DeleteRequest): string
  /** @returns false when it is too late. */
  undo(session: Session, id: string): boolean
  /** @throws ApiError when it is not accepted. */
  answer(session: Session, connection: Connection, request: AnswerRequest): Promise<void>
  dismiss(session: Session, refusalId: string): void
  refusals(session: Session): Refusal[]
  /** Whether the item is deleted as far as the person is concerned. */
  hides(session: Session, item: CalendarItem): boolean
  /** The session's connection is about to end: what is held is sent, what was refused is forgotten. */
  leave(session: Session): Promise<void>
  /** Sends what is held and follows nothing any more. */
  close(): Promise<void>
}

interface Dependencies {
  api: Api
  writes: Writes
  live: Live
  clock: Clock
  random: Random
  log: Log
}

interface Deletion {
  session: Session
  connection: Connection
  request: DeleteRequest
}

export function createChanges(dependencies: Dependencies): Changes {
  const { api, writes, live, clock, random, log } = dependencies
  const refused = new WeakMap<Session, Refusal[]>()
  let isClosed = false

  const refusals = (session: Session): Refusal[] => refused.get(session) ?? []

  function setRefusals(session: Session, next: Refusal[]): void {
    refused.set(session, next)
    live.tell(session, { type: 'refusals', refusals: next })
  }

  function refuse(session: Session, request: ChangeRequest, reason: string, sentence = ''): void {
    setRefusals(session, [...refusals(session), { id: randomId(random), request, reason, sentence }])
    live.tell(session, { type: 'reload' })
  }

  function conclude(session: Session, request: ChangeRequest, action: Action | undefined): void {
    if (action?.state === 'rejected') {
      refuse(session, request, action.reason ?? '', action.description)
      return
    }
    if (action?.state === 'applied' || action?.state === 'unchanged') {
      const { kind, title } = request
      live.tell(session, { type: 'outcome', outcome: { kind, title, overruled: action.overruled } })
    }
    live.tell(session, { type: 'reload' })
  }

  /** Not awaited by those who change something: an outcome may take long. */
  function follow(session: Session, connection: Connection, request: ChangeRequest, id: string): void {
    live.tell(session, { type: 'reload' })
    followAction({ writes, clock, log, isClosed: () => isClosed }, connection, id)
      .then((action) => {
        if (session.connection?.subject === connection.subject) conclude(session, request, action)
      })
      .catch((error: unknown) => {
        log('error', 'flowagent-follow-broke', { cause: error instanceof Error ? error.name : 'unknown' })
      })
  }

  const held = createHeldDeletions<Deletion>({
    clock,
    random,
    async send({ session, connection, request }) {
      const id = await writes.remove(connection, request.calendarId, nameOf(request.target))
      if (id === undefined) live.tell(session, { type: 'reload' })
      else follow(session, connection, request, id)
    },
    onFailure({ session, request }, error) {
      log('warn', 'flowagent-deletion-refused', { failure: error.failure, status: error.status })
      if (error.status === 404) live.tell(session, { type: 'reload' })
      else refuse(session, request, error.status === 403 ? 'forbidden' : 'not_sent')
    },
  })

  async function bodyFor(connection: Connection, request: SaveRequest): Promise<EventBody> {
    const { target, series, fields } = request
    if (series === undefined || !('eventId' in target)) return bodyOf(request)
    const now = clock.now()
    const range = { from: dayOf(earlier(now, PAST)), to: dayOf(later(now, AHEAD)), tzid: connection.timeZone }
    const first = firstOfSeries(await api.events(connection, range), target.eventId)
    if (first === undefined) throw new ApiError('refused', { status: 404 })
    const { recurrence, ...whole } = editOfSeries(fields, series.from, first)
    return { ...(recurrence === undefined ? {} : { recurrence }), ...bodyOf({ ...request, ...whole }) }
  }

  return {
    async save(session, connection, request) {
      const body = await bodyFor(connection, request)
      follow(session, connection, request, await writes.save(connection, request.calendarId, body))
    },
    remove(session, connection, request) {
      const id = held.hold({ session, connection, request })
      live.tell(session, { type: 'reload' })
      return id
    },
    undo(session, id) {
      const isBack = held.takeBack(id, (deletion) => deletion.session === session)
      if (isBack) live.tell(session, { type: 'reload' })
      return isBack
    },
    async answer(session, connection, request) {
      const { calendarId, target, answer } = request
      follow(session, connection, request, await writes.answer(connection, calendarId, target.uid, answer))
    },
    dismiss(session, refusalId) {
      setRefusals(
        session,
        refusals(session).filter(({ id }) => id !== refusalId),
      )
    },
    refusals,
    hides: (session, item) =>
      held.all().some(({ session: whose, request }) => whose === session && isMeant(request, item)),
    async leave(session) {
      await held.sendNow((deletion) => deletion.session === session)
      if (refusals(session).length > 0) setRefusals(session, [])
    },
    async close() {
      await held.sendNow(() => true)
      isClosed = true
    },
  }
}

const isMeant = ({ itemId, isSeries, target }: DeleteRequest, item: CalendarItem): boolean =>
  isSeries === true && 'eventId' in target ? item.ownId === target.eventId : item.id === itemId

/** A little more than the API keeps. */
const [PAST, AHEAD] = [days(45), days(210)]

const dayOf = (at: EpochMs): string => toIsoSeconds(at).slice(0, 10)
