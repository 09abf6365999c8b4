/** The visitors among whom the relevance queries look, in the order in which they are made: a later one changed more recently. */
import type { CustomerInput } from '../../sdk/src/index.ts';

type Line = readonly [first: string, preposition: string, last: string, email: string, rest?: Partial<CustomerInput>];

const lines: readonly Line[] = [
  // 1
  [
    'Sanne',
    'de',
    'Vries',
    'sanne@huis.example',
    {
      customerCity: 'Zwolle',
      customerZip: '8011 MC',
      customerAddress: 'Melkmarkt 12',
      customerHouseNr: '12',
      customerPhone: '0612345678',
      customerExternalId: 'crm-1077',
    },
  ],
  [
    'Jan',
    'de',
    'Vries',
    'jan.devries@post.example',
    { customerCity: 'Utrecht', customerZip: '3511LX', customerAddress: 'Oudegracht 5' },
  ],
  [
    'Thomas',
    '',
    'Vries',
    'thomas@post.example',
    { customerCity: 'Zwolle', customerZip: '8021 AB', customerPhone: '+31387654321' },
  ],
  ['Vries', '', 'Thomas', 'vt@kantoor.example', { customerCity: 'Breda' }],
  // 5
  [
    'Piet',
    'van den',
    'Berg',
    'piet.berg@huis.example',
    { customerCity: 'Amersfoort', customerAddress: 'Jan de Vriesstraat 3' },
  ],
  ['Karin', 'van de', 'Berg', 'karin@huis.example', { customerCity: 'Meppel', customerPhone: '0031612349999' }],
  ['Ria', 'van der', 'Berg', 'ria@huis.example', { customerCity: 'Assen' }],
  ['Berg', '', 'Olsen', 'olsen@noord.example', { customerCity: 'Oslo', customerCountry: 'NO' }],
  ['Ysbrand', '', 'Dijkstra', 'y.dijkstra@friesland.example', { customerCity: 'Sneek' }],
  // 10
  ['IJsbrand', '', 'Dykstra', 'ij.dykstra@friesland.example', { customerCity: 'Leeuwarden' }],
  [
    'Jürgen',
    '',
    'Müller',
    'jm@berlin.example',
    { customerCity: 'Münster', customerZip: '48143', customerCountry: 'DE', customerPhone: '+4925112345' },
  ],
  ['Hans', '', 'Mueller', 'hans@koeln.example', { customerCity: 'Köln', customerZip: '50667', customerCountry: 'DE' }],
  ['Ole', '', 'Sørensen', 'ole@kopenhagen.example', { customerCity: 'København' }],
  ['Eva', '', 'Weiß', 'eva@wien.example', { customerCity: 'Wien', customerZip: '1010', customerCountry: 'AT' }],
  // 15
  ['René', '', 'Groß', 'rene@bonn.example', { customerCity: 'Bonn', customerAddress: 'Weberstraße 4' }],
  ['Zoë', "van 't", 'Hoff', 'zoe@hoff.example', { customerCity: "'s-Hertogenbosch", customerZip: '5211 HB' }],
  ['Łukasz', '', 'Nowak', 'lukasz@krakow.example', { customerCity: 'Kraków' }],
  ['Brian', '', "O'Brien", 'brian@dublin.example', { customerCity: 'Dublin' }],
  ['Annemarie', '', 'Jansen-Bakker', 'am@dubbel.example', { customerCity: 'Den Haag', customerZip: '2511 AA' }],
  // 20
  ['Kees', '', 'Jansen', 'kees@jansen.example', { customerCity: 'Zeist', customerPhone: '0201234567' }],
  ['Truus', '', 'Janssen', 'truus@limburg.example', { customerCity: 'Venlo', customerExternalId: '1' }],
  ['Marieke', '', 'Zwolle', 'marieke@stad.example', { customerCity: 'Kampen' }],
  [
    'Bas',
    '',
    'Kuipers',
    'kuipers.b@winkel.example',
    { customerCity: 'Hattem', customerZip: '8051 DD', customerAddress: 'Kerkstraat 20' },
  ],
  ['Kerkstra', '', 'Postma', 'postma@dorp.example', { customerCity: 'Dokkum' }],
  // 25
  ['Femke', 'ter', 'Horst', 'femke@oost.example', { customerCity: 'Hengelo', customerPhone: '0742912345' }],
  ['Lotte', '', 'Verschuuren', 'lotte@brabant.example', { customerCity: 'Tilburg' }],
  ['Willem-Alexander', 'van', 'Oranje', 'wa@paleis.example', { customerCity: 'Wassenaar' }],
  ['Mohammed', 'el', 'Amrani', 'mo@stad.example', { customerCity: 'Rotterdam', customerZip: '3011 AD' }],
  ['Antoine', 'de', 'Saint-Exupéry', 'prins@planeet.example', { customerCity: 'Lyon' }],
  // 30
  [
    'Chantal',
    '',
    'Timmermans',
    'chantal@timmerwerk.example',
    { customerCity: 'Nijmegen', customerExternalId: 'AB/2026-77' },
  ],
  [
    'Gerrit',
    '',
    'Achterberg',
    'gerrit@dichters.example',
    { customerCity: 'Leusden', customerAddress: 'Dorpsstraat 30' },
  ],
  ['Sanne', '', 'Bakker', 'bakker.sanne@brood.example', { customerCity: 'Zwolle' }],
];

export const customers: readonly CustomerInput[] = lines.map(([first, preposition, last, email, rest]) => ({
  email,
  customerFirstName: first,
  customerPreposition: preposition,
  customerLastName: last,
  ...rest,
}));
