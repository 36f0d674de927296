/** One complete reply of a server, RFC 5321 section 4.2. */
export interface Reply {
  readonly code: number;
  /** Lines as they came, codes included, without the last line end. Latin-1, one character an octet. */
  readonly raw: string;
}

/** The bytes are not SMTP, so the connection is unusable. */
export class ReplyError extends Error {}

/** RFC 5321 section 4.5.3.1.5 allows 512 octets a line; a reply of this size is an attack. */
const maxReplyOctets = 65_536;
const lineStart = /^[2-5][0-5]\d(?:[ -]|$)/u;
const lf = 0x0a;

/**
 * Cuts a stream of octets into replies. Bare LF ends a line too, empty lines between replies are
 * skipped, and the code of a reply's lines must be one and the same.
 */
export class ReplyParser {
  #rest = '';
  /** Finished lines of a reply whose last line is still to come. */
  readonly #lines: string[] = [];
  #octets = 0;

  /**
   * Hands each finished reply to `take` before it looks at what follows: a good answer counts even if
   * nonsense comes after it.
   *
   * @throws ReplyError when these octets cannot be a reply or never end; and whatever `take` throws.
   */
  push(chunk: Buffer, take: (reply: Reply) => void): void {
    let start = 0;
    for (let end = chunk.indexOf(lf); end !== -1; end = chunk.indexOf(lf, start)) {
      const whole = this.#rest + chunk.toString('latin1', start, end);
      const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
      this.#rest = '';
      start = end + 1;
      const reply = this.#endLine(line);
      if (reply !== undefined) take(reply);
    }
    if (start < chunk.length) this.#rest += chunk.toString('latin1', start);
    this.#limit(this.#rest.length);
  }

  #endLine(line: string): Reply | undefined {
    const [begun] = this.#lines;
    if (line === '' && begun === undefined) return undefined;
    const code = lineStart.test(line) ? line.slice(0, 3) : undefined;
    if (code === undefined) throw new ReplyError(`"${line.slice(0, 40)}" is no SMTP reply`);
    if (begun !== undefined && !begun.startsWith(code))
      throw new ReplyError(`the reply changes its code to ${code} half-way`);
    if (line.charAt(3) === '-') {
      this.#lines.push(line);
      this.#octets += line.length;
      this.#limit(0);
      return undefined;
    }
    if (begun === undefined) return { code: Number(code), raw: line };
    const raw = [...this.#lines, line].join('\n');
    this.#lines.length = 0;
    this.#octets = 0;
    return { code: Number(code), raw };
  }

  #limit(more: number): void {
    if (this.#octets + more > maxReplyOctets) throw new ReplyError('the reply does not end');
  }
}
