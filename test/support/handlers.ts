import type { Handler } from '../../shared/api/handler.ts'
import { GROUPS } from '../../shared/api/reference/registry.ts'
import type { Service } from '../../shared/service.ts'

/** Which part of the service each endpoint of the reference is, as its function has it. */
export const HANDLERS: Readonly<Record<string, (service: Service) => Handler>> = {
  authorize: ({ oauth }) => oauth.authorize,
  exchangeToken: ({ oauth }) => oauth.token,
  revokeToken: ({ oauth }) => oauth.revoke,
  readServerMetadata: ({ oauth }) => oauth.metadata,
  readUserinfo: ({ read }) => read.userinfo,
  readAccount: ({ read }) => read.account,
  readProfiles: ({ read }) => read.profiles,
  readCalendars: ({ read }) => read.calendars,
  readEvents: ({ read }) => read.events,
  readEventsPage: ({ read }) => read.eventsPage,
  readEvent: ({ read }) => read.event,
  readFreeBusy: ({ read }) => read.freeBusy,
  readFreeBusyPage: ({ read }) => read.freeBusyPage,
  createCalendar: ({ manage }) => manage.createCalendar,
  revokeProfile: ({ manage }) => manage.revokeProfile,
  requestPermissions: ({ oauth }) => oauth.permissions,
  createLinkToken: ({ oauth }) => oauth.linkToken,
  createChannel: ({ channels }) => channels.create,
  listChannels: ({ channels }) => channels.list,
  closeChannel: ({ channels }) => channels.close,
  sendBatch: ({ batch }) => batch,
  findAvailability: ({ availability }) => availability,
  upsertEvent: ({ change }) => change.upsert,
  deleteEvent: ({ change }) => change.delete,
  deleteEvents: ({ change }) => change.deleteMany,
  changeParticipation: ({ change }) => change.respond,
  readAction: ({ change }) => change.action,
}

const IDS = new Map(
  GROUPS.flatMap(({ endpoints }) => endpoints).map(({ id, method, path }) => [`${method} ${path.slice(1)}`, id]),
)

/** The handler of a method and an address template, such as `v1/events/{event_uid}`. */
export const handlerOf = (service: Service, method: string, template: string): Handler | undefined =>
  HANDLERS[IDS.get(`${method} ${template}`) ?? '']?.(service)
