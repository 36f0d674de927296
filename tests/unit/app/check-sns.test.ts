import { expect, test } from 'vitest';

import { createCheckSns } from '../../../src/app/inbound/check-sns.ts';
import { SnsCertificates } from '../../../src/app/inbound/sns-certificates.ts';
import type { FetchPage } from '../../../src/app/ports/inbox.ts';
import type { SnsMessage } from '../../../src/domain/inbound/hook.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { RecordingLog } from '../../support/recording-log.ts';

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const certificateUrl = 'https://sns.eu-west-1.amazonaws.com/a.pem';
const subscribeUrl = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription';

function internet(answer: (url: string) => string = () => pem) {
  const asked: string[] = [];
  const fetchPage: FetchPage = async (url) => {
    asked.push(url);
    return { url, status: 200, headers: {}, bytes: Buffer.from(answer(url)) };
  };
  return { asked, fetchPage };
}

function check(message: Partial<SnsMessage> | undefined, isSigned = true) {
  const { asked, fetchPage } = internet();
  const log = new RecordingLog();
  const whole = {
    type: 'Notification',
    topic: 't',
    certificateUrl,
    signed: '',
    signature: '',
    digest: 'sha1',
  } as const;
  const checkSns = createCheckSns({
    read: () => (message === undefined ? undefined : { ...whole, ...message }),
    certificates: new SnsCertificates({ fetchPage, clock: () => 0 }),
    isSigned: () => isSigned,
    fetchPage,
    clock: () => 0,
    log,
  });
  return { result: checkSns(Buffer.from('{}')), asked, log };
}

test('a signed notification is believed', async () => {
  const { result, asked } = check({});

  expect(await result).toBe(true);
  expect(asked).toEqual([certificateUrl]);
});

test('a message of another topic asks for nothing', async () => {
  const { result, asked } = check(undefined);

  expect(await result).toBe(false);
  expect(asked).toEqual([]);
});

test('a subscription is confirmed once its signature is checked, and reports nothing', async () => {
  const { result, asked } = check({ type: 'SubscriptionConfirmation', subscribeUrl });

  expect(await result).toBe(false);
  expect(asked).toEqual([certificateUrl, subscribeUrl]);
});

test('a subscription with a wrong signature is not confirmed', async () => {
  const { result, asked, log } = check({ type: 'SubscriptionConfirmation', subscribeUrl }, false);

  expect(await result).toBe(false);
  expect(asked).toEqual([certificateUrl]);
  expect(log.messages('warn')).toHaveLength(1);
});

test('the end of a subscription is said in the log', async () => {
  const { result, log } = check({ type: 'UnsubscribeConfirmation' });

  expect(await result).toBe(false);
  expect(log.messages('warn')).toEqual(['Amazon SNS does not send notifications of this topic any more']);
});

test('a certificate is fetched once, by any number of requests at a time', async () => {
  const { asked, fetchPage } = internet();
  const certificates = new SnsCertificates({ fetchPage, clock: () => 0 });

  await Promise.all(Array.from({ length: 10 }, () => certificates.get(certificateUrl)));
  await certificates.get(certificateUrl);

  expect(asked).toHaveLength(1);
  expect(certificates.known(certificateUrl)).toBe(pem);
});

test('a certificate that is none is not kept, and not asked for again within a minute', async () => {
  let now = 0;
  let answer = 'an error page';
  const { asked, fetchPage } = internet(() => answer);
  const certificates = new SnsCertificates({ fetchPage, clock: () => now });

  await expect(certificates.get(certificateUrl)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  now += 59_999;
  await expect(certificates.get(certificateUrl)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  expect(asked).toHaveLength(1);
  now += 1;
  answer = pem;
  expect(await certificates.get(certificateUrl)).toBe(pem);
});

test('requests that name many certificates make few requests at a time, and fill no memory', async () => {
  const waiting: (() => void)[] = [];
  const fetchPage: FetchPage = async (url) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return { url, status: 200, headers: {}, bytes: Buffer.from(pem) };
  };
  const certificates = new SnsCertificates({ fetchPage, clock: () => 0 });

  const all = Array.from({ length: 100 }, (_, index) => certificates.get(`${certificateUrl}${index}`));
  const settled = Promise.allSettled(all);
  expect(waiting).toHaveLength(4);
  for (const resume of waiting) resume();

  expect((await settled).filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
});

test('a message whose certificate Amazon does not have is dropped, also while it is not asked for again', async () => {
  let asked = 0;
  const cause = Object.assign(new Error('HTTP 404'), { status: 404 });
  const fetchPage: FetchPage = async () => {
    asked += 1;
    throw new AppError('FETCH_FAILED', 'It answered with the status 404.', { cause });
  };
  const log = new RecordingLog();
  const message = {
    type: 'Notification',
    topic: 't',
    certificateUrl,
    signed: '',
    signature: '',
    digest: 'sha1',
  };
  const checkSns = createCheckSns({
    read: () => message as SnsMessage,
    certificates: new SnsCertificates({ fetchPage, clock: () => 0 }),
    isSigned: () => true,
    fetchPage,
    clock: () => 0,
    log,
  });

  expect(await checkSns(Buffer.from('{}'))).toBe(false);
  expect(await checkSns(Buffer.from('{}'))).toBe(false);
  expect(asked).toBe(1);
});
