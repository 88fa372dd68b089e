import { basename, extname, join } from 'node:path'
import { build } from 'esbuild'

const TYPES: Record<string, string> = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' }

/** The page's script and style by file name, bundled into memory. */
export async function bundleAssets(): Promise<Map<string, { type: string; body: Uint8Array<ArrayBuffer> }>> {
  const { outputFiles } = await build({
    entryPoints: {
      outlook: join(import.meta.dirname, 'client/main.ts'),
      style: join(import.meta.dirname, 'styles/style.css'),
    },
    outdir: '/',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  })
  return new Map(
    outputFiles.map(({ path, contents }) => [
      basename(path),
      { type: TYPES[extname(path)] ?? 'application/octet-stream', body: new Uint8Array(contents) },
    ]),
  )
}
