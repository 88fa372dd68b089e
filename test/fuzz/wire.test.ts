import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { encodeFrame, header } from './wire/amqp/frame.ts'
import { BROKER } from './wire/amqp/subject.ts'
import { SASL, TALK } from './wire/amqp/talk.ts'
import { assault } from './wire/assault.ts'
import { SUBJECTS } from './wire/wire-command.ts'

/** A few of the many that `npm run fuzz -- --wire` opens. */
const COUNT = 96

test.each(SUBJECTS)('$name: $property', { timeout: 240_000 }, async (subject) => {
  expect(await assault(subject, { seed: 1, count: COUNT })).toMatchObject({ sent: COUNT, findings: [] })
})

test('what is changed is a talk that the broker understands to its end', { timeout: 240_000 }, async () => {
  const broker = await BROKER.start()
  onTestFinished(() => broker.close())
  const socket = connect(broker.port, '127.0.0.1')
  const heard: Buffer[] = []
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.on('data', (data) => heard.push(data))
  for (const bytes of [header(3), encodeFrame(SASL), header(0), ...TALK.map(encodeFrame)]) {
    socket.write(bytes)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await closed
  const answer = Buffer.concat(heard).toString('latin1')
  // The state of the session is asked for last but one.
  expect(answer.split('statusCode')).toHaveLength(8)
  expect(answer).toContain('session-state')
})
