const count = String.raw`(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)`;
const manner = String.raw`(?:big|fun|cool|good|great|last|final|small|little|quick|short|more|other|new|extra|smart)`;
const thing = String.raw`(?:things?|numbers?|charts?|photos?|pics?|pictures?|quotes?|ideas?|stor(?:y|ies)|reads?|hits?|questions?|reasons?|maps?|smiles?|takes?|bits?|stats?|facts?)`;
const ending = String.raw`(?:to go|for the road|for the (?:day|week|weekend)|to watch|to know)`;

/** "1 big thing:", "2 quick hits:", "1 smile to go:", but not "3 dead in Tulsa:". */
const kicker = new RegExp(
  String.raw`^((?:[^\p{L}\p{N}]{1,4}\s)?${count}\s(?:${manner}\s\S+|(?:\S+\s){0,2}${thing}|(?:\S+\s)?${ending}|\S+\s${thing}\s${ending}):)\s+(?=\S)`,
  'iu',
);

/** Takes counting words such as "1 big thing:" off the front of a headline. */
export function splitKicker(headline: string): { readonly kicker?: string; readonly headline: string } {
  const match = kicker.exec(headline);
  if (match?.[1] === undefined) return { headline };
  return { kicker: match[1], headline: headline.slice(match[0].length) };
}
