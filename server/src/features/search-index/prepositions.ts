/** The words with which family names begin in Dutch, and in the languages around it. Pure. */

const DUTCH = 'aan bij d de den der het in op s t te ten ter tot uit van vanden vander';
const OTHERS = 'a d da de del della den der des di do dos du el l la las le les lo los of vom von zu zum zur';
const PREPOSITIONS = new Set([...DUTCH.split(' '), ...OTHERS.split(' ')]);

/** Is it one, folded? */
export const isPreposition = (word: string): boolean => PREPOSITIONS.has(word);
