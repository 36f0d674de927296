import { toBounceClass } from '../domain/inbound/received-report.ts';
import { closedMailbox, unknownUser } from '../domain/sending/smtp-rules/reply-texts.ts';
import { anyOf } from './rules/any-of.ts';
import { findReason } from './rules/reason-rules.ts';

/** What is no word of a reason: codes, addresses, hosts, links, ids, and what programs put around a reply. */
const noWords = anyOf(
  String.raw`https?:\/\/\S+|\S+@\S+|<[^>]*>|\[[^\]]*\]`,
  String.raw`\((?:in reply to|state|delivery attempts)[^)]*\)`,
  String.raw`\S*\d\S*|\b[\w-]+(?:\.[\w-]+)+\b`,
  String.raw`\brecipient (?:address )?rejected\b|\bsmtp\b|\brequested (?:mail )?action (?:not taken|aborted)\b|\bgsmtp\b`,
);

/** Words about an address beside those of the rules for reasons. */
const addressWords = anyOf(
  String.raw`\bnot (?:our|a|an) (?:customer|user|subscriber)\b|\b(?:illegal|unknown|invalid) (?:or \w+ )?alias\b|\binvalid (?:\w+ )?(?:recipients?|address(?:es)?|mailbox(?:es)?)\b`,
  String.raw`\bbad (?:destination|recipient|address|mailbox)\b|\baddress syntax\b|\buser not local\b|\bunroute?able\b(?! sender)|\bnull mx\b`,
  String.raw`\b(?:moved|retired|parked|relocated|departed)\b|\bhas left\b|\bno longer\b|\bnot used for\b|\binactive\b|\bdisabled\b|\bblocked (?:account|mailbox|user)|\b(?:account|mailbox|user) (?:\w+ )?(?:blocked|locked)\b`,
  String.raw`\binconnue?\b|\binvalide\b|\bunbekannt|\bdesconocid|\bsconosciut|\binesistente|\bneexistuje|\bzablokowan|存在|不明`,
);

/** Words about a rule, a message or a sender. */
const policyWords =
  /\b(?:reject|refus|block|den(?:y|ied)|permit|allow|accept|restrict|prohibit|polic|sender|senders|want|wanted|welcome|unwanted|authori[sz]|verif|list)\w*/iu;

const minWords = 3;

/**
 * Whether the words of a reply whose code blames the address agree with it: `yes` also if there are hardly any, `policy`
 * if they speak of a rule or of the sender, else `no`.
 *
 * @param text a reply, with or without its codes
 */
export function confirmHard(text: string): 'yes' | 'no' | 'policy' {
  const words = text.replaceAll(new RegExp(noWords.source, 'giu'), ' ');
  const count = words.match(/\p{L}{2,}/gu)?.length ?? 0;
  if (count < minWords) return 'yes';
  if (unknownUser.test(text) || closedMailbox.test(text) || addressWords.test(words)) return 'yes';
  const worded = findReason(text);
  if (worded !== undefined && toBounceClass(worded.class) === 'hard') return 'yes';
  return policyWords.test(words) ? 'policy' : 'no';
}
