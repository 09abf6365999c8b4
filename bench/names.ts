/**
 * Names with realistic frequencies: a few common ones, and many rare ones. In the Netherlands about 0.5% of the people
 * have the most common last name, a fifth one of the hundred most common, and half of them one that fewer than one in
 * ten thousand have. Pure.
 */

export interface LastName {
  readonly preposition: string;
  readonly name: string;
}

/** The most common ones, roughly in order of frequency. */
const common =
  `de Jong|Jansen|de Vries|van den Berg|Bakker|van Dijk|Visser|Janssen|Smit|Meijer|de Boer|Mulder|de Groot|Bos|Vos|
Peters|Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|van der Meer|van der Linden|Kok|Jacobs|
de Haan|Vermeulen|van den Heuvel|van der Veen|van den Broek|de Bruijn|de Bruin|van der Heijden|Schouten|van Beek|
Willems|van Vliet|van de Ven|Hoekstra|Maas|Verhoeven|Koster|van Dam|van der Wal|Prins|Blom|Huisman|Peeters|de Jonge|
Kuipers|van Veen|Post|Kuiper|Veenstra|Kramer|van den Brink|Scholten|van Wijk|Postma|Martens|Vink|de Ruiter|Timmermans|
Groen|Gerritsen|Jonker|van Loon|Boer|van der Velde|Willemsen|Smeets|de Lange|de Vos|Bosch|van Dongen|Schipper|
de Koning|van der Laan|Koning|Driessen|van Doorn|Hermans|Evers|van den Bosch|van der Meulen|Hofman|Bosman|Wolters|
Sanders|van der Horst|Mol|Kuijpers|Molenaar|van de Pol|de Leeuw|Verbeek|Müller|Weiß|Sørensen|Çelik|Yılmaz`
    .replaceAll('\n', '')
    .split('|');

const heads =
  `Hoek|Brink|Veld|Berg|Hoog|Laag|Zand|Klein|Groot|Oud|Nieuw|Water|Molen|Kerk|Dijk|Bosch|Eik|Linde|Wilge|Roos|Steen|
Hage|Noord|Zuid|Oost|West|Kamp|Rade|Wolf|Vogel|Haver|Rogge|Tarwe|Ooster|Wester|Midden|Boven|Neder|Over|Onder|Schoon|
Zilver|Gouden|Witte`
    .replaceAll('\n', '')
    .split('|');
const middles = [
  '',
  'en',
  'er',
  'el',
  'ing',
  'man',
  'ens',
  'huis',
  'wijk',
  'broek',
  'dal',
  'hof',
  'rust',
  'lust',
  'burg',
];
const tails =
  `stra|sma|ma|man|mans|huis|huizen|hof|burg|berg|veld|dijk|broek|brugge|poort|kamp|akker|laar|loo|schot|wijk|woud|zijl|
daal|donk|beek|meer|meijer|bakker|boer|smit|snijder|maker|wever|kuiper|stein|horst|horn|oord|veen`
    .replaceAll('\n', '')
    .split('|');
const prepositions = ['', '', '', '', '', 'van', 'van de', 'van der', 'van den', 'de', 'ten', 'ter'];

export const firstNames =
  `Jan|Johannes|Maria|Johanna|Anna|Peter|Hendrik|Cornelis|Willem|Sanne|Daan|Sem|Emma|Lotte|Lieke|Femke|Thijs|Bram|
Ruben|Lars|Niels|Tim|Tom|Bas|Koen|Sander|Jeroen|Mark|Martijn|Marieke|Marloes|Esther|Ingrid|Monique|Petra|Yvonne|Ilse|
Anouk|Fleur|Sophie|Julia|Noor|Saar|Tess|Eva|Mila|Zoë|Noah|Liam|Lucas|Levi|Finn|James|Milan|Luuk|Jesse|Max|Hugo|Mees|
Siem|Gijs|Teun|Joep|Stijn|Joost|Wouter|Maarten|Arjan|Erik|Frank|Hans|Henk|Gerard|Piet|Kees|Klaas|Wim|Theo|Ton|Rob|
Ronald|Marcel|René|André|Jacqueline|Annemarie|Hanneke|Mieke|Truus|Wilhelmina|Elisabeth|Catharina|Margaretha|Fatima|
Mohammed|Ali|Ayşe|Mehmet|Jürgen|Björn|Łukasz|Agnieszka|Chantal|Kim|Linda|Debby|Priscilla|Dennis|Kevin|Danny|Roy|Jip|
Puck|Pleun|Floris|Olivier|Pieter`
    .replaceAll('\n', '')
    .split('|');

/** The share of the people who have one of the common names. */
const COMMON_SHARE = 0.21;
/** The weight of the most common; the others' falls with the root of their rank. */
const weights = common.map((_, index) => 1 / Math.sqrt(index + 1));
const total = weights.reduce((sum, weight) => sum + weight, 0);
/** The cumulative share of the weight. */
const upTo = weights.map((_, index) => weights.slice(0, index + 1).reduce((sum, weight) => sum + weight, 0) / total);

/** A last name, from two numbers from 0 up to 1. */
export function lastName(chance: number, other: number): LastName {
  if (chance < COMMON_SHARE) {
    const index = upTo.findIndex((share) => chance / COMMON_SHARE < share);
    const words = (common[index] ?? '').split(' ');
    return { preposition: words.slice(0, -1).join(' '), name: words.at(-1) ?? '' };
  }
  // Rare ones: the smaller the number, the more people share it.
  const kinds = heads.length * middles.length * tails.length;
  let rank = Math.floor(kinds * ((chance - COMMON_SHARE) / (1 - COMMON_SHARE)) ** 1.6);
  const pick = (list: readonly string[]): string => {
    const at = rank % list.length;
    rank = Math.floor(rank / list.length);
    return list[at] ?? '';
  };
  const name = pick(tails);
  const head = pick(heads);
  return {
    preposition: prepositions[Math.floor(other * prepositions.length)] ?? '',
    name: head + pick(middles) + name,
  };
}

/** A first name, the common ones more often. */
export const firstName = (chance: number): string => firstNames[Math.floor(firstNames.length * chance ** 1.7)] ?? '';

/** Where visitors come from: the first ones more often. */
export const cities =
  `Amsterdam|Rotterdam|Den Haag|Utrecht|Eindhoven|Groningen|Tilburg|Almere|Breda|Nijmegen|Apeldoorn|Haarlem|Arnhem|
Enschede|Amersfoort|Zaandam|’s-Hertogenbosch|Zwolle|Leiden|Dordrecht|Zoetermeer|Maastricht|Deventer|Delft|Alkmaar|
Heerlen|Venlo|Leeuwarden|Hilversum|Hengelo|Amstelveen|Roosendaal|Purmerend|Oss|Schiedam|Spijkenisse|Helmond|
Vlaardingen|Almelo|Gouda|Zaanstad|Lelystad|Alphen aan den Rijn|Hoorn|Velsen|Ede|Bergen op Zoom|Capelle aan den IJssel|
Assen|Nieuwegein|Veenendaal|Katwijk|Zeist|Doetinchem|Den Helder|Terneuzen|Roermond|Kampen|Harderwijk|Sneek|Antwerpen|
Gent|Brugge|Mechelen|Leuven`
    .replaceAll('\n', '')
    .split('|');
export const city = (chance: number): string => cities[Math.floor(cities.length * chance ** 1.8)] ?? '';

const streets =
  `Kerkstraat|Dorpsstraat|Schoolstraat|Molenstraat|Hoofdstraat|Julianastraat|Wilhelminastraat|Nieuwstraat|Stationsweg|
Beatrixstraat|Markt|Melkmarkt|Prins Bernhardstraat|Oude Gracht|Burgemeester de Vrieslaan|Lindelaan|Eikenlaan|Beukenlaan|
Van Goghstraat|Rembrandtlaan|Jan Steenstraat|Vondelstraat|Industrieweg|Havenkade|Singel`
    .replaceAll('\n', '')
    .split('|');
export const street = (chance: number): string => streets[Math.floor(streets.length * chance)] ?? '';
