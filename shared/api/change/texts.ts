import * as z from 'zod'
import { custom, problem } from '../findings.ts'

/** Control characters, and halves of surrogate pairs: Exchange keeps neither as they are. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u
const UNPRINTABLE_IN_TEXT = /[^\P{Cc}\t\n\r]|\p{Cs}/u

const NO_CONTROLS = custom(problem('invalid_format', 'must not have control characters'))

/** Text of one line. */
export const line = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !UNPRINTABLE.test(text), NO_CONTROLS)

/** Text of any number of lines. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !UNPRINTABLE_IN_TEXT.test(value), NO_CONTROLS)

/** A color of red, green and blue. */
export const HexColor = z
  .string()
  .regex(/^#[0-9A-Fa-f]{6}$/, custom(problem('invalid_format', 'must be a color such as #49BED8')))

/** True or false, also as forms and existing clients write them. */
export const Flag = z.preprocess(
  (value) => (typeof value === 'string' ? (FLAGS.get(value) ?? value) : value),
  z.boolean(),
)

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
])

const EMAIL =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]{2,}$/u

/** An address a meeting invitation can be sent to; RFC 5321 section 4.5.3.1 bounds its length. */
export const Email = z
  .string()
  .refine((value) => value.length <= 254 && EMAIL.test(value), {
    error: problem('invalid_email', 'is not an e-mail address'),
  })
  .meta({ examples: ['bo@contoso.example'] })

/** A web address. */
export const WebAddress = line(2048)
  .refine(isWebAddress, { error: problem('invalid_format', 'must be an address that begins with https:// or http://') })
  .meta({ examples: ['https://contoso.example/agenda'] })

function isWebAddress(value: string): boolean {
  if (/\s/.test(value) || !URL.canParse(value)) return false
  return ['https:', 'http:'].includes(new URL(value).protocol)
}
