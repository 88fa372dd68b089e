import chromium from '@sparticuz/chromium'
import { chromium as pw } from 'playwright-core'
import { startMicrosoft365, idleClock } from '/work/main/infra/local/microsoft365/start.ts'
import { seedWorld } from '/work/main/infra/local/microsoft365/seed/seed.ts'
import { createHash } from 'node:crypto'
let n = 0
const random = { bytes: (l: number) => Uint8Array.from({ length: l }, ((b) => (_: unknown, i: number) => b[i % b.length] ?? 0)(createHash('sha512').update(String(++n)).digest())) }
const world = seedWorld({ clock: idleClock, random })
const ms = await startMicrosoft365({ port: 0, world, clock: idleClock, random, log: () => {}, applications: [] })
const url = `http://127.0.0.1:${ms.port}/outlook`
const only = process.argv[2]
for (const scheme of ['light','dark'] as const) for (const [size, viewport] of Object.entries({wide:{width:1360,height:860}, phone:{width:390,height:844}})) {
  if (only && only !== `${scheme}-${size}`) continue
  const b = await pw.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox', '--disable-gpu'] })
  const p = await b.newPage({ colorScheme: scheme, viewport, locale: 'en-GB', timezoneId: 'America/New_York' })
  p.on('console', (m) => m.type() === 'error' && console.log('console', m.text())); p.on('pageerror', (e) => console.log('pageerror', e.message))
  const shot = (n: string) => p.screenshot({ path: `/tmp/shots/o-${n}-${scheme}-${size}.png`, animations: 'disabled' })
  await p.goto(url); await p.waitForSelector('.ev', { timeout: 8000 }).catch(() => console.log('no events')); await p.waitForTimeout(200); await shot('start')
  for (const v of ['Week','Month','Day','Agenda']) { await p.getByRole('button', { name: v, exact: true }).click(); await p.waitForTimeout(500); await shot(v.toLowerCase()) }
  await p.getByRole('button', { name: /New event/ }).click().catch(() => p.keyboard.press('n')); await p.waitForTimeout(200)
  await p.getByLabel('Title').fill('Planning'); await p.locator('select[name=repeat]').selectOption('weekly'); await shot('editor')
  await p.keyboard.press('Escape')
  await p.getByRole('button', { name: 'Agenda', exact: true }).click(); await p.waitForTimeout(200)
  await p.locator('.ev').filter({ hasText: 'Contoso and Fabrikam' }).first().click(); await p.waitForTimeout(300); await shot('details')
  await b.close()
}
await ms.close(); process.exit(0)
