import { describe, expect, test } from 'vitest';

import { findRule } from '../../../src/domain/sending/read-answer.ts';
import { smtpRules } from '../../../src/domain/sending/smtp-rules/smtp-rules.ts';
import { classifyBounce } from '../../../src/inbound/classify-bounce.ts';
import { otherSubjects } from '../../../src/inbound/rules/other-subjects.ts';
import { findReason, reasonRules } from '../../../src/inbound/rules/reason-rules.ts';
import { reportRules } from '../../../src/inbound/rules/report-rules.ts';

function parse(example: string) {
  const [, stage = '', code = '', text = ''] = /^(mail|rcpt|data|message) (\d{3}) (.*)$/u.exec(example) ?? [];
  const enhanced = /^([245]\.\d+\.\d+)\b/u.exec(text)?.[1];
  const refused = { kind: 'refused', relay: 'r', stage: stage as 'rcpt', code: Number(code), text } as const;
  return enhanced === undefined ? refused : { ...refused, enhanced };
}

const ownExamples = reportRules
  .slice(0, reportRules.length - smtpRules.length)
  .flatMap((rule) => rule.examples.map((example) => [example, rule.class] as const));
const words = [...reasonRules, ...otherSubjects].flatMap((rule) =>
  rule.examples.map((example) => [example, rule.class] as const),
);

describe('the rules for reports', () => {
  test.each(ownExamples)('read "%s" as %s', (example, expected) => {
    expect(findRule(parse(example), reportRules).class).toBe(expected);
  });

  test.each(words)('read the words "%s" as %s', (example, expected) => {
    expect(findReason(example)?.class).toBe(expected);
  });

  test('never make an SMTP reply hard that is not hard while sending', () => {
    const hard = new Set(['bad-address', 'dead-mailbox']);
    const examples = smtpRules.filter((rule) => !hard.has(rule.class)).flatMap((rule) => rule.examples);

    expect(examples.filter((example) => hard.has(findRule(parse(example), reportRules).class))).toEqual([]);
  });
});

describe('words about the sender, a server or a passing failure', () => {
  test.each([
    ['Your account at our service is suspended; the message was not sent.', 'blocked'],
    ["The recipient's mail server could not be found.", 'soft'],
    ['受信者側のサーバーが見つかりません', 'soft'],
    ['Das Postfach des Empfängers existiert, ist aber voll.', 'soft'],
    ["The recipient's mailbox could not be found at this time, we will try again later.", 'soft'],
  ])('never make a bounce hard: "%s" is %s', (text, expected) => {
    expect(classifyBounce({ status: undefined, text }).class).toBe(expected);
  });
});

test.each([
  'Письмо в почтовый ящик ivan@example.ru не удалось доставить',
  'Почтовый ящик: удалённый сервер не отвечает',
  'получателю ivan@example.ru: неизвестная ошибка',
  'destinatario: errore sconosciuto',
  '수신자에게 전달할 수 없는 메일',
  '收件人 错误原因',
  '收件人所在服务器返回错误',
  'destinatário: erro desconhecido',
  'odbiorca: nieznany błąd',
  'ontvanger: onbekende fout',
  'příjemce: neznámá chyba',
  'Der Empfänger-Server meldet einen unbekannten Fehler',
  'Beim Empfänger trat ein unbekannter Fehler auf',
  'Le serveur du destinataire a renvoyé une erreur inconnue',
  'Envoi au destinataire impossible : erreur inconnue',
  'El servidor del destinatario devolvió un error desconocido',
  'No se pudo entregar al destinatario por un error desconocido',
  'The recipient server returned an unknown error',
  'Delivery to the recipient failed: unknown error',
  '宛先サーバーで不明なエラーが発生しました',
  '宛先への配信中に不明なエラー',
  'Сервер получателя не найден',
  'De server van de ontvanger is niet gevonden',
  '받는 사람의 서버를 찾을 수 없습니다',
  'Alıcı sunucusu bulunamadı',
  'Mottagarens server hittades inte',
  'Server příjemce nenalezen',
  'Nie znaleziono serwera odbiorcy',
  'Serwer odbiorcy nie istnieje',
  'Il server del destinatario non è stato trovato',
  'O servidor do destinatário não foi encontrado',
  'indirizzo ana@example.it: connessione chiusa',
  '找不到收件人的服务器',
  '收件人服务器不存在',
  'O endereço do remetente é inválido',
  'Адрес отправителя недействителен',
  'Het adres van de afzender is ongeldig',
  'Adres nadawcy jest nieprawidłowy',
  '发件人地址有误',
  'Gönderen adresi geçersiz',
  'Avsändarens adress finns inte',
  'Adresa odesílatele neexistuje',
  'Indirizzo del mittente non valido',
  "L'indirizzo del mittente è inesistente",
  'Die Adresse des Absenders ist ungültig',
  "L'adresse de l'expéditeur est invalide",
  'La dirección del remitente no es válida',
  '差出人のアドレスが無効です',
  '보낸 사람의 메일 주소가 존재하지 않습니다',
  'Ваш аккаунт заблокирован',
  '发件人邮箱已被禁用',
  'Sua conta de envio foi desativada',
  'Ihr Konto wurde gesperrt und deaktiviert',
  'Votre compte a été désactivé',
  'Su cuenta ha sido deshabilitada',
  'Il suo account è stato disattivato',
  'Twoje konto zostało zablokowane',
  'Uw account is uitgeschakeld',
  'お客様のアカウントは停止されています',
  '您的账号已被停用',
  '계정이 일시 정지되었습니다',
  '귀하의 계정이 정지되었습니다',
  "The sender's mailbox has been disabled",
  'La conexión con el destinatario no es válida',
  'Der Empfänger hat eine ungültige Zertifikatskette',
  'Le certificat du serveur destinataire est invalide',
  'Сертификат сервера получателя недействителен',
  'Usuario no autorizado: el remitente no existe',
  '계정이 일시 정지되었습니다',
])('never suppress for "%s"', (text) => {
  expect(classifyBounce({ status: undefined, text }).class).not.toBe('hard');
});
