import { createRequire, Module, registerHooks } from 'node:module';
import type { ResolveFnOutput } from 'node:module';

type Mjml = (mjml: string, options: object) => Promise<{ readonly html: string }>;

/** Components of Daybrief's templates, by tag. Loading only these takes a tenth less CPU in `compose`. */
export const usualComponents: ReadonlyMap<string, string> = new Map([
  ['mj-attributes', 'mjml-head-attributes'],
  ['mj-body', 'mjml-body'],
  ['mj-column', 'mjml-column'],
  ['mj-divider', 'mjml-divider'],
  ['mj-head', 'mjml-head'],
  ['mj-raw', 'mjml-raw'],
  ['mj-section', 'mjml-section'],
  ['mj-style', 'mjml-head-style'],
  ['mj-text', 'mjml-text'],
  ['mj-title', 'mjml-head-title'],
]);

/** Tags that are not components: children of `mj-attributes`. */
export const otherTags: ReadonlySet<string> = new Set(['mj-all', 'mj-class']);

/**
 * Packages that mjml-core loads at once and calls rarely: juice for `<mj-style inline="inline">`, cheerio for
 * `<mj-html-attributes>`, the others to minify and beautify. They are 450 of MJML's 700 modules.
 */
const rarelyCalled = ['cheerio', 'cssnano-preset-lite', 'htmlnano', 'js-beautify', 'juice'];

/**
 * Loads MJML and returns its function, which renders as `mjml` does. All other components are loaded when a
 * template first uses one of them, and the packages above when MJML first calls them.
 */
export function requireMjml(): Mjml {
  const ownRequire = createRequire(import.meta.url);
  const mjmlRequire = createRequire(ownRequire.resolve('mjml'));
  deferPackages(createRequire(mjmlRequire.resolve('mjml-core')));
  using _hooks = findHelpersOnce();
  const presetRequire = createRequire(mjmlRequire.resolve('mjml-preset-core'));
  const { default: render } = mjmlRequire('mjml-core') as { default: Mjml };
  const usual = {
    components: [...usualComponents.values()].map((name) => presetRequire(name) as unknown),
    dependencies: presetRequire('mjml-preset-core/lib/dependencies') as unknown,
  };
  return (mjml, options) => {
    const tags = new Set([...mjml.matchAll(/<\s*(mj-[\w-]*)/giu)].map(([, tag = '']) => tag));
    const isUsual = [...tags].every((tag) => usualComponents.has(tag) || otherTags.has(tag));
    if (isUsual) return render(mjml, { ...options, presets: [usual] });
    return (ownRequire('mjml') as Mjml)(mjml, options);
  };
}

/**
 * Puts stubs in `require.cache`, where the Node documentation allows to add entries. Calling one loads its
 * package.
 */
function deferPackages(coreRequire: NodeJS.Require): void {
  const { cache } = coreRequire;
  const stubs = new Map<string, NodeJS.Module>();
  const load = (path: string) => {
    // juice requires cheerio, so all stubs are removed together.
    for (const [id, stub] of stubs) if (cache[id] === stub) delete cache[id];
    return coreRequire(path) as Package;
  };
  for (const path of rarelyCalled.map((name) => coreRequire.resolve(name))) {
    if (cache[path] !== undefined) continue;
    const stub = Object.assign(new Module(path), { exports: createStub(() => load(path)), loaded: true });
    stubs.set(path, stub);
    cache[path] = stub;
  }
}

/**
 * Finds each helper of Babel once, until it is disposed of. MJML's packages require them some 200 times, and for each time
 * Node reads the 40 KB of that package's package.json again: a tenth of the CPU time of `daybrief compose`.
 */
function findHelpersOnce(): Disposable {
  const found = new Map<string, ResolveFnOutput>();
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith('@babel/runtime/')) return next(specifier, context);
      const known = found.get(specifier) ?? { ...next(specifier, context), shortCircuit: true };
      found.set(specifier, known);
      return known;
    },
  });
  return { [Symbol.dispose]: () => hooks.deregister() };
}

type Callable = (...args: unknown[]) => unknown;
type Package = Callable & Record<string | symbol, Callable>;

/** Returns a function in the place of a package. A call of it or of one of its members loads the package. */
function createStub(load: () => Package): Package {
  return new Proxy((() => undefined) as unknown as Package, {
    apply: (_target, _this, args) => load()(...args),
    get: (_target, key) =>
      // Babel's mark of an ES module, which would make MJML look for a default export.
      key === '__esModule' ? undefined : (...args: unknown[]) => load()[key]?.(...args),
  });
}
