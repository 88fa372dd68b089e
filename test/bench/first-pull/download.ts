import { argv, env } from 'node:process'

// The least that a first pull could be: asks for page after page as they are linked, in the form that the service asks
// for, and drops what is in them. It runs as a process of its own, as the service does, and prints the milliseconds that
// it took.
const [, , first = ''] = argv
const prefer = 'IdType="ImmutableId", odata.maxpagesize=200, outlook.timezone="UTC", outlook.body-content-type="text"'
const headers = { authorization: `Bearer ${env['TOKEN']}`, prefer }
const began = performance.now()
const before = process.cpuUsage()
let pages = 0
for (let link: string | undefined = first; link !== undefined; pages++) {
  const answer = await fetch(link, { headers })
  const page = (await answer.json()) as { readonly '@odata.nextLink'?: string }
  if (!answer.ok) throw new Error(`a page was answered ${answer.status}`)
  link = page['@odata.nextLink']
}
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ ms: performance.now() - began, processorMs: (user + system) / 1000, pages }))
