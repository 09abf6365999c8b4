/** Names to invent visitors from: common Dutch and Flemish ones, none of a person meant. */

export const firstNames = {
  F: [
    'Sanne', 'Lotte', 'Fleur', 'Noor', 'Anouk', 'Marieke', 'Zoë', 'Chloé', 'Renée', 'Loïs', 'Hanneke', 'Joke', 'Fatima',
    'Aylin', 'Griet', 'Liesbeth', 'An-Sofie', 'Evi', 'Maaike', 'Roos', 'Yasmin', 'Femke', 'Jolijn', 'Brechtje',
  ],
  M: [
    'Jan', 'Bram', 'Daan', 'Sjoerd', 'Wouter', 'Koen', 'Pieter', 'Jeroen', 'Mehmet', 'Youssef', 'André', 'René', 'Joël',
    'Willem-Alexander', 'Stijn', 'Jef', 'Lowie', 'Thijs', 'Ruben', 'Niels', 'Björn', 'Gijs', 'Hendrik', 'Cas',
  ],
} as const;

export const lastNames: readonly (readonly [preposition: string, name: string])[] = [
  ['de', 'Vries'], ['', 'Jansen'], ['van den', 'Berg'], ['', 'Bakker'], ['van', 'Dijk'], ['', 'Visser'], ['', 'Smit'],
  ['de', 'Boer'], ['van der', 'Meer'], ['', 'Mulder'], ['van', 'Leeuwen'], ['', 'Peeters'], ['', 'Janssens'],
  ['', 'Maes'], ['', 'Willems'], ['', 'Claes'], ['', 'Vermeulen'], ['', 'Van den Bossche'], ['', 'De Smet'],
  ['', 'Çelik'], ['', 'Yılmaz'], ['', 'El Idrissi'], ['van ’t', 'Hoff'], ['in ’t', 'Veld'], ['ter', 'Braak'],
  ['', 'Müller'], ['', 'Crêvecoeur'], ['', 'Citroën'], ['', 'Hoekstra-Dijkstra'], ['van der', 'Zandschulp'],
  ['', 'Wolfeschlegelsteinhausenbergerdorff-van Oldenbarneveldt'], ['op den', 'Kamp'], ['', 'Nguyễn'], ['', 'Boëtius'],
];

/** Street names by city, with the letters or digits that a postal code there begins with. */
export const places: readonly (readonly [city: string, country: string, zip: string, streets: readonly string[]])[] = [
  ['Zwolle', 'NL', '8011', ['Melkmarkt', 'Diezerstraat', 'Thomas à Kempisstraat']],
  ['Amsterdam', 'NL', '1017', ['Leidseplein', 'Kerkstraat', 'Eerste Weteringdwarsstraat']],
  ['’s-Hertogenbosch', 'NL', '5211', ['Parade', 'Hinthamerstraat']],
  ['Groningen', 'NL', '9711', ['Oude Boteringestraat', 'Herestraat']],
  ['Sint-Michielsgestel', 'NL', '5271', ['Theerestraat']],
  ['IJsselstein', 'NL', '3401', ['Utrechtsestraat', 'Kronenburgplantsoen']],
  ['Súdwest-Fryslân', 'NL', '8601', ['Grootzand']],
  ['Gent', 'BE', '9000', ['Korenmarkt', 'Sint-Pietersnieuwstraat']],
  ['Antwerpen', 'BE', '2000', ['Meir', 'Lange Nieuwstraat']],
  ['Brugge', 'BE', '8000', ['’t Zand', 'Langestraat']],
];

export const clientTypeNames = ['friend', 'donor', 'vip', 'press', 'youth pass'] as const;
