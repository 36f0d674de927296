/** The step of an SMTP transaction that was answered. RFC 5321 section 3.3. */
export type SmtpStage = 'mail' | 'rcpt' | 'data' | 'message';

/**
 * What became of one attempt to hand one message to one relay. A sender never throws for these:
 * each is an ordinary answer.
 */
export type SmtpAnswer =
  /** 250 to the message. */
  | { readonly kind: 'accepted'; readonly relay: string; readonly code: number; readonly text: string }
  /** A 4xx or 5xx reply to this message or its envelope. `text` keeps the enhanced status code. */
  | {
      readonly kind: 'refused';
      readonly relay: string;
      readonly stage: SmtpStage;
      readonly code: number;
      /** RFC 3463: `5.1.1`. */
      readonly enhanced?: string;
      readonly text: string;
    }
  /** The connection broke before the final dot was written: certainly not accepted. */
  | { readonly kind: 'not-sent'; readonly relay: string; readonly text: string }
  /** The connection broke after the final dot was written and before the reply: the result is unknowable. */
  | { readonly kind: 'uncertain'; readonly relay: string; readonly text: string }
  /** The address has a non-ASCII local part and the relay offers no SMTPUTF8 (RFC 6531): never tried. */
  | { readonly kind: 'needs-smtputf8'; readonly relay: string };
