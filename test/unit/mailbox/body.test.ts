import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalisedBody, textOf } from '../../../infra/local/microsoft365/mailbox/body.ts'

const html = (content: string) => normalisedBody({ contentType: 'HTML', content })
const text = (content: string) => normalisedBody({ contentType: 'Text', content })

test('HTML is kept as the inside of a document, with CRLF between its lines', () => {
  const { content } = html('<p>one</p>\n<p>two</p>  \n')
  expect(content).toMatch(/^<html><head>\r\n.*<\/head><body>\r\n<p>one<\/p>\r\n<p>two<\/p>\r\n<\/body><\/html>$/)
})

test('a document of the client’s own becomes one of Exchange’s, without its head and its scripts', () => {
  const document = '<html><head><title>Mine</title></head><body class="x"><script>1</script><p>one</p></body></html>'
  expect(html(document)).toEqual(html('<p>one</p>'))
})

test.each(['<p>one</p>', '<div>a<br>b</div>', 'plain', '<p>1 &lt; 2 &amp; 3</p>'])('%s written back stays', (given) => {
  expect(html(html(given).content)).toEqual(html(given))
})

test('text becomes HTML that shows the same', () => {
  expect(text('a < b & c\n  indented\n\nlast').content).toContain(
    'a &lt; b &amp; c<br>\r\n&nbsp; indented<br>\r\n<br>\r\nlast',
  )
})

test.each([undefined, null, '', ' \r\n'])('the content %j is an empty body', (content) => {
  expect(normalisedBody({ contentType: 'text', content })).toEqual({ contentType: 'html', content: '' })
})

test.each([
  ['<p>one</p><p>two</p>', 'one\r\ntwo'],
  ['<div>one</div><div><br></div><div>two</div>', 'one\r\n\r\ntwo'],
  ['one<div>two</div>three', 'one\r\ntwo\r\nthree'],
  ['one<br>two<br></div>', 'one\r\ntwo'],
  ['<ul><li>one</li>\n<li>two</li></ul>', 'one\r\ntwo'],
  ['  one\n   two&nbsp;&nbsp;three &amp; &#39;four&#x27; &lt;', "one two  three & 'four' <"],
  ['one<hr>two', `one\r\n${'_'.repeat(32)}\r\ntwo`],
  ['<style>p{}</style><!-- converted from text -->one', 'one'],
])('%j reads as %j', (given, expected) => {
  expect(textOf(html(given))).toBe(expected)
})

test.each(['one\r\ntwo', 'one\r\n\r\n\r\ntwo', '  indented   by  spaces', 'a <b> & "c"', 'æøå — 😀'])(
  'the text %j reads as it was written',
  (given) => {
    expect(textOf(text(given))).toBe(given)
  },
)

test('white space at the end of a line and of the whole is dropped', () => {
  expect(textOf(text('one  \ntwo\t\n\n'))).toBe('one\r\ntwo')
})

test('what a text reads as reads as itself, whatever it is', () => {
  const pieces = fc.constantFrom('a', ' ', '\n', '\r\n', '\t', '<p>', '&amp;', '\u00a0', '<br>', '_')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const once = textOf(text(parts.join('')))
      expect(textOf(text(once))).toBe(once)
      const written = text(parts.join(''))
      expect(html(written.content)).toEqual(written)
    }),
  )
})
