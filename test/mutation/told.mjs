/** Tells each survivor when it is found: a run takes long, and most of them can be looked at meanwhile. */
class Told {
  onMutantTested({ status, fileName, location, replacement }) {
    if (status !== 'Survived' && status !== 'NoCoverage') return
    const place = `${fileName.slice(process.cwd().length + 1)}:${location.start.line}:${location.start.column}`
    console.log(`${status === 'Survived' ? 'survived' : 'not met '} ${place} => ${replacement?.replace(/\s+/g, ' ')}`)
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'told', injectableClass: Told }]
