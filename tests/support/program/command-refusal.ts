/** Runs a command with these words. */
type RunCommand = (
  words: readonly string[],
) => Promise<{ readonly stdout: string; readonly status: number | null }>;

/**
 * Runs a command, and returns the sentence with which it refuses: that of an error, or of a result that is not complete,
 * which has it as text. Empty if it does not refuse.
 */
export async function refusalOf(words: readonly string[], run: RunCommand): Promise<string> {
  const { stdout, status } = await run([...words, '--json']);
  const { error, refused } = JSON.parse(stdout) as {
    readonly error?: { readonly message: string };
    readonly refused?: readonly { readonly reason: string }[];
  };
  if (error !== undefined) return error.message;
  if (status !== 7 || refused === undefined) return '';
  const text = (await run(words)).stdout;
  return text.split('\n').find((one) => one.includes('stays suppressed')) ?? text;
}
