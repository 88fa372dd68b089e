import { createHash } from 'node:crypto'
import { type GivenBody, normalisedBody, type StoredBody, withAppended } from './body.ts'
import type { Fields } from './event.ts'

/** Who holds a Teams meeting. */
interface Host {
  readonly tid: string
  readonly oid: string
}

/**
 * What a write of these fields leaves behind. An event becomes a Teams meeting once; after that a client can neither
 * turn it off nor take another provider, but a body without the meeting's join link ends it.
 * @see https://learn.microsoft.com/graph/api/event-update (body property and online meetings)
 */
export function storedFields(given: Fields, before: Fields, newJoinUrl: () => string): Fields {
  const { isOnlineMeeting, onlineMeetingProvider: _, body: givenBody, ...rest } = given
  const body = 'body' in given ? { body: normalisedBody(givenBody as GivenBody | null) } : {}
  const joinUrl = joinUrlOf(before)
  if (joinUrl !== undefined) {
    const stays = body.body === undefined || holdsJoinLink(body.body, joinUrl)
    return { ...rest, ...body, ...(!stays && NO_MEETING) }
  }
  return isOnlineMeeting === true
    ? { ...rest, ...meetingAt(newJoinUrl(), body.body ?? normalisedBody(before['body'] as GivenBody | null)) }
    : { ...rest, ...body }
}

const NO_MEETING: Fields = { isOnlineMeeting: false, onlineMeetingProvider: 'unknown', onlineMeeting: null }

function joinUrlOf(fields: Fields): string | undefined {
  const meeting = fields['onlineMeeting'] as { joinUrl: string } | null | undefined
  return fields['isOnlineMeeting'] === true ? meeting?.joinUrl : undefined
}

const holdsJoinLink = ({ content }: StoredBody, joinUrl: string): boolean =>
  [...content.matchAll(/<a\s[^>]*>/gi)].some(([tag]) => tag.includes(JOIN_LINK) && tag.includes(joinUrl))

const meetingAt = (joinUrl: string, body: StoredBody): Fields => ({
  isOnlineMeeting: true,
  onlineMeetingProvider: 'teamsForBusiness',
  onlineMeeting: { joinUrl },
  body: withAppended(body, blockOf(joinUrl)),
})

/** The address of a new Teams meeting; the same seed gives the same address. */
export function joinUrlFrom(seed: string, { tid, oid }: Host): string {
  const thread = createHash('sha256').update(seed).digest('base64url')
  const context = `%7b%22Tid%22%3a%22${tid}%22%2c%22Oid%22%3a%22${oid}%22%7d`
  return `https://teams.microsoft.com/l/meetup-join/19%3ameeting_${thread}%40thread.v2/0?context=${context}`
}

const JOIN_LINK = 'id="meet_invite_block.action.join_link"'
const RULE = `<div style="width:100%; height:20px"><span style="white-space:nowrap; color:gray; opacity:.36">${'_'.repeat(80)}</span></div>`

/** What Teams puts behind the text of an invitation; the elements, classes and ids are those of the real one. */
function blockOf(joinUrl: string): string {
  const number = createHash('sha256').update(joinUrl).digest().readUIntBE(0, 6).toString().padStart(12, '0').slice(-12)
  const meetingId = number.replaceAll(/(\d{3})(?=\d)/g, '$1 ')
  return [
    RULE,
    `<div class="me-email-text" lang="en-US" style="max-width:1024px; color:#242424; font-family:'Segoe UI',Helvetica,Arial,sans-serif">`,
    `<div style="margin-bottom:12px"><span class="me-email-text" style="font-size:20px; font-weight:600">Microsoft Teams meeting</span></div>`,
    `<div style="margin-bottom:6px"><span class="me-email-text" style="font-size:20px; font-weight:600">Join: </span>`,
    `<a ${JOIN_LINK} href="${joinUrl}" title="Meeting join" class="me-email-link" style="color:#5B5FC7">${joinUrl}</a></div>`,
    `<div style="margin-bottom:6px"><span class="me-email-text-secondary" style="color:#616161">Meeting ID: </span><span class="me-email-text">${meetingId}</span></div>`,
    `<div style="margin-bottom:24px"><a id="meet_invite_block.action.help" href="https://aka.ms/JoinTeamsMeeting?omkt=en-US" class="me-email-link">Need help?</a></div>`,
    '</div>',
    RULE,
  ].join('\r\n')
}
