/** Too short a text is found anywhere by chance. */
const SHORTEST = 8

/** How a text may be written, by the name of the encoding; each different one once. */
export function encodingsOf(text: string): readonly (readonly [encoding: string, needle: Buffer])[] {
  if (text.length < SHORTEST) throw new Error('a secret to search for is too short to be one')
  const bytes = Buffer.from(text)
  const encodings: Record<string, Buffer> = {
    'lower case': Buffer.from(text.toLowerCase()),
    'base64 at 0': base64Inside(bytes, 0),
    'base64 at 1': base64Inside(bytes, 1),
    'base64 at 2': base64Inside(bytes, 2),
    hexadecimal: Buffer.from(bytes.toString('hex')),
    'utf-16le': Buffer.from(text, 'utf16le'),
    'utf-16be': Buffer.from(text, 'utf16le').swap16(),
    percent: Buffer.from(encodeURIComponent(text)),
    json: Buffer.from(asciiJson(text)),
    plain: bytes,
  }
  const distinct = new Map(Object.entries(encodings).map((entry) => [entry[1].toString('latin1'), entry]))
  return [...distinct.values()]
}

/** The part of the base64 text that does not depend on what stands around the bytes. Both alphabets agree on most. */
function base64Inside(bytes: Buffer, shift: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const inside = text.slice(shift === 0 ? 0 : shift + 1, Math.floor((shift + bytes.length) / 3) * 4)
  const [longest = ''] = inside.split(/[+/]/).sort((one, other) => other.length - one.length)
  return Buffer.from(longest)
}

const asciiJson = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
