import { basename, join } from 'node:path'
import { build } from 'esbuild'

export interface Assets {
  /** The addresses the pages refer to. */
  style: string
  calendar: string
  settings: string
  /** A file by its address; undefined when there is none. */
  find(path: string): { type: string; body: Uint8Array<ArrayBuffer> } | undefined
}

const CLIENT = join(import.meta.dirname, 'client')

/** Bundles the pages' scripts and styles into memory. Their names carry a hash, so a browser may keep them for ever. */
export async function bundleAssets(): Promise<Assets> {
  const { outputFiles } = await build({
    entryPoints: ['calendar.ts', 'settings.ts', 'style.css'].map((name) => join(CLIENT, name)),
    outdir: '/assets',
    entryNames: '[name]-[hash]',
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  })
  const files = new Map(outputFiles.map((file) => [`/assets/${basename(file.path)}`, file.contents]))
  const addressOf = (name: string): string => {
    for (const path of files.keys()) if (path.startsWith(`/assets/${name}-`)) return path
    throw new Error(`the bundle has no ${name}`)
  }
  return {
    style: addressOf('style'),
    calendar: addressOf('calendar'),
    settings: addressOf('settings'),
    find(path) {
      const body = files.get(path)
      return body && { type: path.endsWith('.css') ? 'text/css' : 'text/javascript', body: new Uint8Array(body) }
    },
  }
}
