import { expect, test } from 'vitest'
import { meetingPart, textAsHtml, withMeeting, withoutMeeting } from '../../../shared/microsoft/graph/meeting-body.ts'

const LINE = '_'.repeat(80)
const LINK = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%7d'

/** Teams as it writes since 2024: the separator stands within the part's own element. */
const NEW_PART = `<div class="me-email-text" lang="en-US" style="max-width:1024px">
<div aria-hidden="true" style="overflow:hidden">
${LINE}</div>
<div><a href="https://teams.microsoft.com/meet/4961?p=D" id="meet_invite_block.action.join_link">Join</a></div>
<div>${LINE}</div></div>`

/** Teams as it wrote before: the separator stands in front of the part. */
const OLD_PART = `<div style="width:100%; height:20px"><span style="opacity:.36">${LINE}</span></div>
<div class="me-email-text"><a class="me-email-headline" href="${LINK}">Click here to join</a></div>
<div style="width:100%"><span>${LINE}</span></div>`

/** As other programs write it, without elements around the parts. */
const FLAT_PART = `<p class="MsoNormal"><span>${'_'.repeat(51)}</span><br><a href="${LINK}">Join</a></p>`

const page = (inside: string) => `<html><head>\r\n<meta></head>\r\n<body lang="en">\r\n${inside}\r\n</body>\r\n</html>`

test.each([
  ['new', NEW_PART],
  ['old', OLD_PART],
  ['flat', FLAT_PART],
])('the %s part is found whole, with what the person wrote in front of it left out', (_, part) => {
  expect(meetingPart(page(`<p>Agenda</p>\r\n${part}`), true)).toBe(part)
  expect(meetingPart(page(part), true)).toBe(part)
  expect(meetingPart(`<p>Agenda</p>${part}`, true)).toBe(part)
})

test('text in front of the separator within the same element stays out of the part', () => {
  const body = `<div class="WordSection1"><p>Agenda</p><p>${LINE}<a href="${LINK}">Join</a></p></div>`
  expect(meetingPart(page(body), true)).toBe(`<p>${LINE}<a href="${LINK}">Join</a></p></div>`)
})

test('what stands behind the part stays with it', () => {
  expect(meetingPart(page(`${NEW_PART}<p>PS</p>`), true)).toBe(`${NEW_PART}<p>PS</p>`)
})

test('a line of underscores of the person, without a link behind it, is no separator', () => {
  const own = `<p>Agenda</p><p>${LINE}</p><p>One</p>`
  expect(meetingPart(page(own + OLD_PART), true)).toBe(OLD_PART)
  expect(withoutMeeting(`Agenda\r\n${LINE}\r\nOne\r\n${LINE}\r\nJoin<${LINK}>\r\n${LINE}`)).toBe(
    `Agenda\r\n${LINE}\r\nOne`,
  )
})

test('of two invitations in one body both stay', () => {
  const body = `<p>Agenda</p>${OLD_PART}${NEW_PART}`
  expect(meetingPart(page(body), true)).toBe(OLD_PART + NEW_PART)
})

test('without a separator all of a meeting is its meeting part, and of another event nothing is', () => {
  const body = `<p>Join <a href="${LINK}">here</a></p>`
  expect(meetingPart(page(body), true)).toBe(body)
  expect(meetingPart(page('<p>Agenda</p>'), false)).toBe('')
  expect(meetingPart('', true)).toBe('')
})

test.each([
  `Join the meeting now<${LINK}>`,
  'Join: https://teams.microsoft.com/meet/4961?p=Dqox',
  'https://teams.live.com/meet/9487',
  'https://gov.teams.microsoft.us/l/meetup-join/19%3a',
  'Join<https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F19>',
])('a text ends where the separator before %s stands', (link) => {
  const text = `Agenda\r\n1. Budget\r\n\r\n${LINE}\r\nMicrosoft Teams meeting\r\n${link}\r\n${'_'.repeat(32)}\r\n${LINE}`
  expect(withoutMeeting(text)).toBe('Agenda\r\n1. Budget')
  expect(withoutMeeting(text.slice(text.indexOf(LINE)))).toBe('')
})

test.each([
  'Agenda',
  '',
  `Agenda\r\n${LINE}\r\nBudget`,
  `Agenda\r\n${'_'.repeat(32)}\r\nJoin<${LINK}>`,
  `Join<${LINK}>\r\n${LINE}\r\n`,
  `Options<https://teams.microsoft.com/meetingOptions/?x=1>\r\n${LINE}\r\n`,
])('the text %j has no meeting part', (text) => {
  expect(withoutMeeting(text)).toBe(text)
})

test('a meeting part that was put behind a new description is found again', () => {
  const body = withMeeting(textAsHtml('a < b\nc'), OLD_PART)
  expect(meetingPart(page(body), true)).toBe(OLD_PART)
})

/** What looks at each place of such a text from each other place takes hours, and ends with the test's time. */
test('a body of a million tags is read to its end', () => {
  const tags = '<div>'.repeat(200_000)
  meetingPart(`${tags}${LINE}${LINK}`, true)
  meetingPart('<body'.repeat(200_000), true)
  withoutMeeting(`${LINE} `.repeat(10_000))
  for (const word of [
    'teams.live',
    'teams.live.com/',
    'teams.cloud%2fl%2f',
    '<body ',
    '</body',
    '<div',
    ' ',
    '_'.repeat(39),
  ]) {
    const text = `${'_'.repeat(40)}${word.repeat(100_000)}`
    expect(withoutMeeting(text).length).toBe(text.length)
    meetingPart(`${text}${LINE}${LINK}`, true)
  }
})
