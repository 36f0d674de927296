import { createRequire, Module } from 'node:module';

type Mjml = (mjml: string, options: object) => Promise<{ readonly html: string }>;

/**
 * Packages that mjml-core loads at once and calls rarely: juice for `<mj-style inline="inline">`, cheerio for
 * `<mj-html-attributes>`, the others to minify and beautify. They are 450 of MJML's 700 modules.
 */
const rarelyCalled = ['cheerio', 'cssnano-preset-lite', 'htmlnano', 'js-beautify', 'juice'];

/**
 * Loads MJML, but each of the packages above only when MJML first calls it. The placeholders are entries in
 * `require.cache`, where the Node documentation allows to add some.
 */
export function requireMjml(): Mjml {
  const ownRequire = createRequire(import.meta.url);
  const coreRequire = createRequire(createRequire(ownRequire.resolve('mjml')).resolve('mjml-core'));
  const { cache } = coreRequire;
  const placeholders = new Map<string, NodeJS.Module>();
  const load = (path: string) => {
    // juice requires cheerio, so all placeholders go at once.
    for (const [id, placeholder] of placeholders) if (cache[id] === placeholder) delete cache[id];
    return coreRequire(path) as Package;
  };
  for (const path of rarelyCalled.map((name) => coreRequire.resolve(name))) {
    if (cache[path] !== undefined) continue;
    const placeholder = Object.assign(new Module(path), { exports: defer(() => load(path)), loaded: true });
    placeholders.set(path, placeholder);
    cache[path] = placeholder;
  }
  return ownRequire('mjml') as Mjml;
}

type Callable = (...args: unknown[]) => unknown;
type Package = Callable & Record<string | symbol, Callable>;

/** Returns a function that stands for a package: calling it or one of its functions loads the package. */
function defer(load: () => Package): Package {
  return new Proxy((() => undefined) as unknown as Package, {
    apply: (_target, _this, args) => load()(...args),
    get: (_target, key) =>
      // Babel's mark of an ES module, which would make MJML look for a default export.
      key === '__esModule' ? undefined : (...args: unknown[]) => load()[key]?.(...args),
  });
}
