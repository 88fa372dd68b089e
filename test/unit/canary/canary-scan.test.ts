import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createNeedles } from '../../../infra/local/canary-scan/needles.ts'
import {
  type Place,
  placesOfFiles,
  placesOfLines,
  placesOfQueues,
  scan,
} from '../../../infra/local/canary-scan/scan.ts'
import { seededRandom } from '../../support/graph-stand-in.ts'

const random = seededRandom(6)
const drawn = (length: number) => Buffer.from(random.bytes(length))
const CANARIES = new Map(
  Array.from({ length: 10_000 }, (_, at) => [`canary ${at}`, `Ærø canary ${drawn(12).toString('hex')}`]),
)
const needles = createNeedles(CANARIES)
const [[NAME, TEXT] = ['', '']] = [...CANARIES].slice(7_777)
const bytes = Buffer.from(TEXT)

const wrapped = (inside: Uint8Array) => Buffer.concat([drawn(5_000), inside, drawn(3_000)])
const found = async (places: Iterable<Place> | AsyncIterable<Place>) =>
  (await scan(places, needles)).findings.map(({ place, secret, encoding }) => [place, secret, encoding])

test('ten thousand canaries are in none of eight million random bytes', async () => {
  const places = Array.from({ length: 8 }, (_, at) => ({ name: `place ${at}`, pieces: [drawn(1_000_000)] }))
  expect(await scan(places, needles)).toEqual({ findings: [], places: 8, bytes: 8_000_000 })
})

test.each([
  ['plain', bytes],
  ['lower case', Buffer.from(TEXT.toLowerCase())],
  ['utf-16le', Buffer.from(TEXT, 'utf16le')],
  ['utf-16be', Buffer.from(TEXT, 'utf16le').swap16()],
  ['hexadecimal', Buffer.from(bytes.toString('hex'))],
  ['percent', Buffer.from(encodeURIComponent(TEXT))],
  ['json', Buffer.from(`{"subject":"\\u00c6r\\u00f8${TEXT.slice(3)}"}`)],
  ['base64 at 0', Buffer.from(bytes.toString('base64'))],
  ['base64 at 1', Buffer.from(Buffer.concat([Buffer.from('x'), bytes]).toString('base64'))],
  ['base64 at 2', Buffer.from(Buffer.concat([Buffer.from('xy'), bytes]).toString('base64url'))],
])('a canary that is written as %s is found between other bytes', async (encoding, written) => {
  expect(await found([{ name: 'here', pieces: [wrapped(written)] }])).toContainEqual(['here', NAME, encoding])
})

test('a canary is found wherever two pieces of a stream cut it', async () => {
  for (let cut = 1; cut < bytes.length; cut++) {
    const pieces = [Buffer.concat([drawn(50), bytes.subarray(0, cut)]), bytes.subarray(cut)]
    expect(await found([{ name: 'stream', pieces }])).toContainEqual(['stream', NAME, 'plain'])
  }
})

test('a canary is found in a message that waits, in one that was given up, in the state of a session and in a log line', async () => {
  const message = { queue: 'mailbox', deliveryCount: 1, messageId: 'm', sessionId: 's', properties: {}, body: '' }
  const places = placesOfQueues({
    messages: [
      { ...message, state: 'active', sequenceNumber: 1, encoded: wrapped(bytes) },
      { ...message, state: 'dead-lettered', sequenceNumber: 2, encoded: wrapped(Buffer.from(TEXT, 'utf16le')) },
    ],
    sessionStates: [{ queue: 'mailbox', sessionId: 's', state: wrapped(bytes) }],
  })
  expect(await found(places)).toEqual([
    ['message 1 of mailbox (active)', NAME, 'plain'],
    ['message 2 of mailbox (dead-lettered)', NAME, 'utf-16le'],
    ['state of session s of mailbox', NAME, 'plain'],
  ])
  expect(await found(placesOfLines(['{"level":"info"}', `{"subject":"${TEXT}"}`]))).toEqual([
    ['log line 1', NAME, 'plain'],
  ])
})

test('a canary is found in a large file, in a folder within a folder, and in the name of a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'canary-scan-'))
  await mkdir(join(folder, 'within'))
  await writeFile(join(folder, 'within', 'large'), Buffer.concat([Buffer.alloc(65_530), bytes, Buffer.alloc(100_000)]))
  await writeFile(join(folder, `${encodeURIComponent(TEXT)}.txt`), 'nothing')
  expect(
    (await found(placesOfFiles(folder))).map(([place = '', , encoding]) => [place.split(' ')[0], encoding]).sort(),
  ).toEqual([
    ['file', 'plain'],
    ['name', 'percent'],
  ])
  await rm(folder, { recursive: true })
})

test('what is too short to be told from chance is not searched for', () => {
  expect(() => createNeedles(new Map([['short', '1234567']]))).toThrow('too short')
})
