import { Hono } from 'hono'
import * as z from 'zod'
import type { Instance } from '../mailbox/event.ts'
import { invalidRequest } from '../mailbox/failures.ts'
import type { Calendar } from '../mailbox/mailbox.ts'
import { whole } from '../mailbox/series.ts'
import { happens } from './chance.ts'
import { type GraphContext, type GraphDependencies, type GraphEnvironment, metadata, readJson } from './context.ts'
import type { Faults } from './faults.ts'
import { namedEvent } from './named-event.ts'
import { answerEvent, answerList, filterOf, ordered } from './queries.ts'

const Answer = z.object({
  comment: z.string().nullish(),
  sendResponse: z.boolean().nullish(),
  proposedNewTime: z.unknown().optional(),
})

const RESPONSES = {
  accept: 'accepted',
  tentativelyAccept: 'tentativelyAccepted',
  decline: 'declined',
} as const

/** `events` of a mailbox and of each of its calendars. */
export function eventRoutes({ faults }: GraphDependencies): Hono<GraphEnvironment> {
  const app = new Hono<GraphEnvironment>()
  for (const prefix of ['/events', '/calendar/events', '/calendars/:calendar/events']) {
    app.route(prefix, collectionRoutes(faults))
    app.route(`${prefix}/:event`, entityRoutes(faults))
    app.route(`${prefix}/:event`, actionRoutes())
  }
  return app
}

function collectionRoutes(faults: Faults): Hono<GraphEnvironment> {
  const app = new Hono<GraphEnvironment>()
  app.get('/', (c) => {
    const calendar = c.get('mailbox').calendar(c.req.param('calendar'))
    const events = [...calendar.store.items.values()].map(whole).filter(filterOf(c))
    return c.json(answerList(c, metadata(c, `users('${c.get('caller').oid}')/events`), ordered(c, events), calendar))
  })
  app.post('/', async (c) => {
    const mailbox = c.get('mailbox')
    const calendarId = c.req.param('calendar')
    const { duplicateStatus, transactionMemoryMs } = faults
    const options = { calendarId, duplicateStatus, transactionMemoryMs }
    const instance = mailbox.create(await readJson(c), options)
    return c.json(written(c, instance, mailbox.calendar(calendarId), faults), 201)
  })
  return app
}

function entityRoutes(faults: Faults): Hono<GraphEnvironment> {
  const app = new Hono<GraphEnvironment>()
  const lookup = () => ({ amongDeleted: happens(faults, 'keepsDeleted', faults.keepsDeleted) })
  const condition = (c: GraphContext) => ({
    ...lookup(),
    ifMatch: happens(faults, 'honourIfMatch', faults.honourIfMatch) ? c.req.header('if-match') : undefined,
    conflictStatus: faults.conflictStatus,
  })
  app.get('/', (c) => {
    const { instance, calendar } = namedEvent(c, lookup())
    return c.json(entity(c, answerEvent(c, instance, calendar)))
  })
  app.patch('/', async (c) => {
    const given = condition(c)
    const { id, calendar } = namedEvent(c, given)
    const instance = c.get('mailbox').patch(id, await readJson(c), given)
    return c.json(written(c, instance, calendar, faults))
  })
  app.delete('/', (c) => {
    const given = condition(c)
    c.get('mailbox').remove(namedEvent(c, given).id, given)
    return c.body(null, 204)
  })
  return app
}

function actionRoutes(): Hono<GraphEnvironment> {
  const app = new Hono<GraphEnvironment>()
  for (const [action, response] of Object.entries(RESPONSES))
    app.post(`/${action}`, async (c) => {
      const { proposedNewTime, sendResponse } = Answer.parse(await readJson(c))
      const { id, instance } = namedEvent(c)
      if (proposedNewTime && (sendResponse === false || instance.fields['allowNewTimeProposals'] === false))
        throw invalidRequest('A new time cannot be proposed for this meeting, or not without a response.')
      c.get('mailbox').respond(id, response, sendResponse ?? true)
      return c.body(null, 202)
    })
  app.post('/cancel', (c) => {
    const { id, instance } = namedEvent(c)
    if (instance.item.organizer !== undefined)
      throw invalidRequest("Your request can't be completed. You need to be an organizer to cancel a meeting.")
    c.get('mailbox').remove(id)
    return c.body(null, 202)
  })
  return app
}

/** What a write answers; the version in it may be outdated by the time it arrives. */
function written(c: GraphContext, instance: Instance, calendar: Calendar, faults: Faults): object {
  const answer = entity(c, answerEvent(c, instance, calendar))
  if (happens(faults, 'versionAfterWrite', faults.versionAfterWrite)) c.get('mailbox').touch(instance.item.id)
  return answer
}

const entity = (c: GraphContext, answer: object): object => ({
  '@odata.context': metadata(c, `users('${c.get('caller').oid}')/events/$entity`),
  ...answer,
})
