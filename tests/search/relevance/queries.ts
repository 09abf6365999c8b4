export interface Relevance {
  readonly query: string;
  readonly first: string | null;
  readonly why: string;
}

// The expected first hit (its e-mail; null: nothing may match) of each query over ./customers.ndjson.
export const relevance: readonly Relevance[] = [
  {
    query: 'vr',
    first: 'vincent@kunstpost.example',
    why: '2 letters; last name start before city Vries and street Vriesweg, the most recent last name wins',
  },
  { query: 'ng', first: 'linh@kantpost.example', why: '2 letters; the start of a word only, the whole last name Ng' },
  {
    query: 'femke di',
    first: 'femke.van.dijk@post.example',
    why: 'the query stops inside the pair: `di` is a start of Dijk, also when ij counts as y',
  },
  {
    query: 'ijs',
    first: 'y.dykstra@friesnet.example',
    why: 'ij/y: IJsbrand and Ysbrand match alike, first name before city and street, recent breaks the tie',
  },
  {
    query: 'vries',
    first: 'vincent@kunstpost.example',
    why: 'last name before first name Vries, city Vries and streets; recent breaks ties, also for a longer name',
  },
  {
    query: 'thomas',
    first: 'vt@omgekeerd.example',
    why: 'last name Thomas before the first names Thomas and a street',
  },
  {
    query: 'thomas vries',
    first: 'vt@omgekeerd.example',
    why: 'first and last name swapped match alike; recent breaks the tie',
  },
  {
    query: 'devries',
    first: 'mats@puntpost.example',
    why: 'typed together: preposition + last name, like the last name Devries; recent breaks the tie',
  },
  {
    query: 'de vries',
    first: 'mats@puntpost.example',
    why: 'preposition and last name as two words, before street De Vriesplein; recent breaks the tie',
  },
  {
    query: 'jan de vries',
    first: 'jdv@friesnet.example',
    why: '3 words; last name before the street Jan de Vriesstraat, recent breaks the tie of two namesakes',
  },
  {
    query: 'jan de vries melkmarkt',
    first: 'jan.devries@post.example',
    why: '4 words: every word must match, only one of the namesakes lives there',
  },
  {
    query: 'jan de vriesstraat',
    first: 'sanne.mulder@post.example',
    why: 'every word must match: only the street does, no Jan de Vries',
  },
  {
    query: 'vandenberg',
    first: 'joke.vandenberg@post.example',
    why: 'typed together: van den + Berg, like the start of Vandenberghe; recent breaks the tie',
  },
  {
    query: 'van der berg',
    first: 'stijn@schoolpost.example',
    why: 'preposition der, not den or de; recent breaks the tie',
  },
  {
    query: 'vandyk',
    first: 'rik@vandyk.example',
    why: 'typed together and ij/y: van Dijk and van Dyk; recent breaks the tie',
  },
  {
    query: "van 't hof",
    first: 'iris.hoff@mailbus.example',
    why: 'preposition with an apostrophe; Hof is the start of Hoff, recent breaks the tie',
  },
  {
    query: 'jan',
    first: 'nina@schoolpost.example',
    why: 'start of last name Jansen before first names Jan and Janna and the street; recent breaks the tie',
  },
  { query: 'JANSEN zwolle', first: 'nina@schoolpost.example', why: 'case; last name + city, recent breaks the tie' },
  {
    query: 'jansens',
    first: 'bram@jansens.example',
    why: 'exact match before Jansen, one typing error away and more recent',
  },
  { query: 'zwolle', first: 'klaas@stadsnaam.example', why: 'last name Zwolle before all who live in the city' },
  { query: 'klaas', first: 'klaas@stadsnaam.example', why: 'first name before the more recent domain klaaspost' },
  { query: 'jansen-de vries', first: 'els@tweenaam.example', why: 'double name with a hyphen' },
  {
    query: 'post',
    first: 'mirjam@friesnet.example',
    why: 'last name (Post, Postma; recent) before the many domains post and the street',
  },
  {
    query: 'müller',
    first: 'greta@rheinpost.example',
    why: 'ü/ue: Müller and Mueller alike, before the local part mueller; recent breaks the tie',
  },
  { query: 'fritz müller', first: 'fritz.muller@post.example', why: 'diacritics: ü finds u' },
  {
    query: 'juergen',
    first: 'j.klein@rheinpost.example',
    why: 'ü/ue; first name before the more recent street Jürgenstraße',
  },
  { query: 'lars sorensen', first: 'lars@nordpost.example', why: 'ø/o: o finds Sørensen' },
  {
    query: 'sørensen',
    first: 'astrid.sorensen@nordpost.example',
    why: 'ø/o: ø finds Sorensen too; recent breaks the tie',
  },
  {
    query: 'weiß',
    first: 'petra@rheinpost.example',
    why: 'ß/ss: ß finds Weiss too, before the more recent domain weissenhof; recent breaks the tie',
  },
  { query: 'monika gross', first: 'monika@rheinpost.example', why: 'ß/ss: ss finds Groß' },
  { query: 'NUNEZ lucia', first: 'lucia@ibepost.example', why: 'case and diacritics; words in any order' },
  { query: 'lukasz', first: 'lukasz.nowak@polpost.example', why: 'diacritics: l finds Ł' },
  { query: 'saint-exupery', first: 'petitprince@asteroide.example', why: 'diacritics in a name with a hyphen' },
  { query: "o'brien", first: 'sean@eirepost.example', why: 'last name with an apostrophe' },
  {
    query: 'kuipers',
    first: 'lieke@grunpost.example',
    why: 'exact match before Kuijpers and Kuypers, one typing error away and more recent',
  },
  { query: 'Jan.deVries@Post.example', first: 'jan.devries@post.example', why: 'exact e-mail, case' },
  {
    query: 'jan.devries@and',
    first: 'jan.devries@anders.example',
    why: 'the start of the whole e-mail, not the customer of that name',
  },
  { query: 'm.said', first: 'm.said@mailbus.example', why: 'e-mail local part' },
  { query: 'kantoor.example', first: 'mueller@kantoor.example', why: 'e-mail domain' },
  { query: '8011vl', first: 'm.jansen@mailbus.example', why: 'zip without the space, case' },
  { query: '8011 mc', first: 'floor@houtpost.example', why: 'zip with the space; recent breaks the tie' },
  {
    query: 'melkmarkt 12',
    first: 'floor@houtpost.example',
    why: 'street + start of house number: 12 and 120 match alike, recent breaks the tie',
  },
  {
    query: 'melkmarkt 12 antwerpen',
    first: 'hilde.vermeulen@vlaampost.example',
    why: 'street + house number + city: every word must match',
  },
  {
    query: '06-1234 5678',
    first: 'nina@schoolpost.example',
    why: 'exact phone in any formatting; two share it, recent breaks the tie',
  },
  {
    query: '+31 6 34567890',
    first: 'pieter@vandenberg.example',
    why: 'exact phone: +316 finds a number stored with 00316',
  },
  {
    query: '0031678901234',
    first: 'rene.bakker@post.example',
    why: 'exact phone: 00316 finds a number stored with 06',
  },
  {
    query: '06 23 45 67 89',
    first: 'm.jansen@mailbus.example',
    why: 'exact phone: 06 with spaces finds a number stored with +316',
  },
  {
    query: '+3162233',
    first: 'els@tweenaam.example',
    why: 'the start of a phone in another spelling: +316 finds a number stored with 06',
  },
  { query: '118011', first: 'elsbeth@groenpost.example', why: 'digits inside a phone' },
  { query: 'crm-1001', first: 'jan.devries@post.example', why: 'exact external id before the more recent crm-10010' },
  { query: '4711', first: 'gijs@zantpost.example', why: 'exact external id before digits inside a more recent phone' },
  {
    query: '12',
    first: 'karl.weiss@rheinpost.example',
    why: 'exact customer id before more recent house numbers and longer ids',
  },
  {
    query: '42',
    first: 'hugo@kokkerel.example',
    why: 'exact customer id, before the older customer with that external id and house number',
  },
  {
    query: 'thomes',
    first: 'vt@omgekeerd.example',
    why: 'one typing error: last name Thomas before first names Thomas',
  },
  {
    query: 'noor maastrigt',
    first: 'noor.janssen@limpost.example',
    why: 'one typing error in one word (the city), the other word exact',
  },
  { query: 'lindkwist', first: 'bjorn@nordpost.example', why: 'two typing errors in 9 letters' },
  { query: 'bokkar', first: null, why: 'two typing errors in 6 letters: no match for Bakker' },
  { query: '901', first: null, why: '3 digits do not match inside a phone, only from 4' },
  {
    query: 'zoa visser',
    first: null,
    why: 'no typing error allowed in a word of 3 letters, and every word must match',
  },
  { query: 'duitsland', first: null, why: 'the country is no searched field' },
];
