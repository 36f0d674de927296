import { describe, expect, test } from 'vitest';

import { downloadImage, isPublicAddress } from '../../../src/content/images/download-image.ts';
import type { DownloadOptions } from '../../../src/content/images/download-image.ts';
import { fileServer } from '../../support/servers/file-server.ts';

const bytes = Buffer.from('an image');
/** The servers of this test are on this machine. */
const anywhere: DownloadOptions = { isAllowed: () => true };

async function reasonOf(url: string, options: DownloadOptions = anywhere): Promise<string> {
  const download = await downloadImage(url, options);
  if (download.ok) throw new Error('It was downloaded.');
  return download.reason;
}

describe('a download', () => {
  test('returns the bytes, over http and https, by name and by address', async () => {
    const [plain, secure] = await Promise.all([
      fileServer(() => ({ body: bytes })),
      fileServer(() => ({ body: bytes }), { tls: true }),
    ]);

    for (const url of [`${plain.url}/a`, `http://localhost:${plain.port}/a`, `${secure.url}/a`]) {
      expect(await downloadImage(url, { ...anywhere, ca: secure.ca })).toEqual({ ok: true, bytes });
    }
  });

  test('follows redirects, five at most', async () => {
    const server = await fileServer((path) => {
      const left = Number(path.slice(1));
      return left === 0 ? { body: bytes } : { status: 302, headers: { location: `/${left - 1}` } };
    });

    expect(await downloadImage(`${server.url}/5`, anywhere)).toEqual({ ok: true, bytes });
    expect(await reasonOf(`${server.url}/6`)).toBe('was redirected more than 5 times');
  });

  test.each([
    [404, 'is not there: its server answered 404'],
    [500, 'is not there: its server answered 500'],
    [204, 'is not there: its server answered 204'],
    [302, 'is not there: its server answered 302'],
  ])('answered with %i says so', async (status, reason) => {
    const server = await fileServer(() => ({ status }));

    expect(await reasonOf(server.url)).toBe(reason);
  });

  test('ends above 5 MB, announced or not', async () => {
    const large = Buffer.alloc(5 * 1024 * 1024 + 1);
    const server = await fileServer((path) =>
      path === '/announced'
        ? { headers: { 'content-length': String(large.length) }, body: large }
        : { body: path === '/fits' ? large.subarray(1) : large },
    );

    expect(await reasonOf(`${server.url}/announced`)).toBe('is larger than 5 MB');
    expect(await reasonOf(`${server.url}/streamed`)).toBe('is larger than 5 MB');
    expect((await downloadImage(`${server.url}/fits`, anywhere)).ok).toBe(true);
  });

  test.each(['a server that does not end', 'a chain of redirects that does not end'])(
    'gives up %s in time',
    async (what) => {
      const server = await fileServer(() =>
        what.includes('redirects')
          ? { status: 302, headers: { location: '/' }, hangs: true }
          : { hangs: true },
      );

      const reason = await reasonOf(server.url, { ...anywhere, timeoutMs: 500 });

      expect(['was not there within 0.5 s', 'was redirected more than 5 times']).toContain(reason);
    },
  );

  test('says what is wrong with the host', async () => {
    const secure = await fileServer(() => ({ body: bytes }), { tls: true });

    expect(await reasonOf('https://no-such-host.invalid/a')).toMatch(
      /has a host that does not exist|EAI_AGAIN/u,
    );
    expect(await reasonOf('http://127.0.0.1:1/a')).toBe('could not be downloaded: ECONNREFUSED');
    expect(await reasonOf(secure.url)).toMatch(/^could not be downloaded: \w*(?:SELF_SIGNED|UNABLE)\w*$/u);
  });
});

describe('a download from inside the network', () => {
  test.each([
    'http://127.0.0.1/a',
    'http://localhost/a',
    'http://2130706433/a',
    'http://0x7f.1/a',
    'http://[::1]/a',
    'http://[::ffff:127.0.0.1]/a',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/a',
    'http://0.0.0.0/a',
  ])('is refused before a connection is opened: %s', async (url) => {
    expect(await reasonOf(url, {})).toMatch(/^leads to \S+, an address that is not on the public internet$/u);
  });

  test('is refused after a redirect, by address and by name', async () => {
    const reached: string[] = [];
    const inside = await fileServer((path) => {
      reached.push(path);
      return { body: bytes };
    });
    // The test takes 127.0.0.1 for public once: for the server that redirects.
    for (const location of [`http://127.0.0.2:${inside.port}/ip`, `http://[::1]:${inside.port}/ipv6`]) {
      const outside = await fileServer(() => ({ status: 301, headers: { location } }));
      const isAllowed = (address: string) => address === '127.0.0.1';

      expect(await reasonOf(outside.url, { isAllowed })).toMatch(/^leads to (?:127\.0\.0\.2|::1),/u);
    }
    const byName = await fileServer(() => ({
      status: 301,
      headers: { location: `http://localhost:${inside.port}/name` },
    }));
    let asked = 0;
    const onlyFirst = () => (asked += 1) === 1;

    expect(await reasonOf(byName.url, { isAllowed: onlyFirst })).toMatch(/^leads to (?:127\.0\.0\.1|::1),/u);
    expect(reached).toEqual([]);
  });

  test.each([
    'file:///etc/passwd',
    'ftp://example.org/a',
    'data:image/png;base64,AA',
    'http://a:b@127.0.0.1/',
    '//',
  ])('is refused after a redirect to %s', async (location) => {
    const server = await fileServer(() => ({ status: 302, headers: { location } }));

    expect(await reasonOf(server.url)).toBe(
      'was redirected to something else than a plain http or https address',
    );
  });

  test.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'])(
    'is not refused to the public address %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.each([
    ['private networks', '10.1.2.3 172.16.0.1 192.168.0.1 fc00::1 fec0::1'],
    ['this machine', '127.0.0.1 0.0.0.0 ::1 ::'],
    ['link-local addresses and metadata services', '169.254.169.254 fe80::1 fe80::1%eth0 fd00:ec2::254'],
    ['metadata services elsewhere', '100.100.100.200 192.0.0.192 168.63.129.16'],
    ['carriers, benchmarks and multicast', '100.64.0.1 198.18.0.1 224.0.0.1 255.255.255.255 ff02::1'],
    ['IPv4 in IPv6', '::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::a00:1 64:ff9b:1::a00:1 2002:a00:1:: 2001::1'],
    ['documentation, and what is no address', '2001:db8::1 example.org'],
  ])('is refused to %s', (_, addresses) => {
    expect(addresses.split(' ').filter(isPublicAddress)).toEqual([]);
  });
});
