import chromium from '@sparticuz/chromium'

/** Unpacks the browser before the tests begin: two workers that did so at once would start one that is still written. */
export async function setup(): Promise<void> {
  await chromium.executablePath()
}
