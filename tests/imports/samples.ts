/**
 * The result of each file in `files/`, checked by hand against the file. They were made by Excel in the Netherlands and
 * in Belgium, Google Sheets, Numbers, Access and ticketing systems.
 */
interface Sample {
  readonly file: string;
  /** Kind, encoding, delimiter, line of the header. */
  readonly is: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly told: readonly string[];
  readonly customers: readonly string[];
  /** The reason, and the line. */
  readonly refused: readonly string[];
}

export const samples: readonly Sample[] = [
  {
    file: 'excel-nl.csv',
    is: 'csv windows-1252 ; 1',
    options: {},
    numbers: {
      rowsRead: 3,
      created: 3,
    },
    told: ['phonePunctuation 2'],
    customers: [
      'email=sanne@voorbeeld.example | FirstName=Sanne | LastName=Vries | Preposition=de | Phone=0612345678',
      'email=andre@voorbeeld.example | FirstName=André | LastName=Coëlho | Phone=+31611223344',
      "email=lois@voorbeeld.example | FirstName=Loïs | LastName=Hof | Preposition=van 't",
    ],
    refused: [],
  },
  {
    file: 'excel-be.csv',
    is: 'csv utf-8 ; 1',
    options: {},
    numbers: {
      rowsRead: 2,
      created: 2,
    },
    told: ['phonePunctuation 2', 'salutation 2', 'warning preposition 1'],
    customers: [
      'email=joost@voorbeeld.example | Salutation=M | FirstName=Joost | LastName=Van den Broeck | ' +
        'Address=Meir 1 bus 2 | Zip=2000 | City=Antwerpen | Country=BE | Phone=0470123456',
      'email=elise@voorbeeld.example | Salutation=F | FirstName=Élise | LastName=Dupont | Address=Rue Haute 5 | ' +
        'Zip=1000 | City=Brussel | Country=BE | Phone=0470654321',
    ],
    refused: [],
  },
  {
    file: 'google-sheets.csv',
    is: 'csv utf-8 , 1',
    options: {},
    numbers: {
      rowsRead: 3,
      created: 2,
      updated: 1,
      repeated: 1,
    },
    told: [],
    customers: [
      'email=lee@voorbeeld.example | FirstName=Lee | LastName=Chan | City=Den Haag',
      "email=KIM@voorbeeld.example | FirstName=Kim | LastName=O'Hara | City=Utrecht | Phone=31612345679",
    ],
    refused: [],
  },
  {
    file: 'numbers.csv',
    is: 'csv utf-8 ; 2',
    options: {
      splitLastNames: true,
    },
    numbers: {
      rowsRead: 2,
      created: 2,
    },
    told: ['decimalComma 2', 'preposition 1'],
    customers: [
      'email=ans@voorbeeld.example | FirstName=Ans | LastName=Berg | Preposition=van der | Credit=12.50',
      'email=bert@voorbeeld.example | FirstName=Bert | LastName=Bakker | Credit=1234.50',
    ],
    refused: [],
  },
  {
    file: 'access.txt',
    is: 'csv windows-1252 , 1',
    options: {},
    numbers: {
      rowsRead: 3,
      created: 2,
      refused: 1,
    },
    told: ['address 3', 'houseNumberAddition 1'],
    customers: [
      'ExternalId=1001 | email=f.muller@voorbeeld.example | FirstName=F.A. | LastName=Müller | Preposition=von | ' +
        'Address=Oude Ebbingestraat 12 bis | HouseNr=12 bis | Zip=9711 AA | City=Groningen',
      'ExternalId=1002 | email=j.jansen@voorbeeld.example | FirstName=J. | LastName=Jansen | Address=Brink 7 | ' +
        'HouseNr=7 | Zip=9401 BB | City=Assen',
    ],
    refused: ['The email field is required.;4'],
  },
  {
    file: 'excel-unicode.txt',
    is: 'csv utf-16le \t 1',
    options: {
      setClienttypes: 'Type',
    },
    numbers: {
      rowsRead: 2,
      created: 2,
    },
    told: [],
    customers: [
      'email=inaki@voorbeeld.example | FirstName=Iñaki | LastName=Visser | Tags=vriend',
      'email=lucja@voorbeeld.example | FirstName=Łucja | LastName=Boer | Preposition=de | Tags=donateur',
    ],
    refused: [],
  },
  {
    file: 'crm.ndjson',
    is: 'ndjson utf-8 null 0',
    options: {},
    numbers: {
      rowsRead: 3,
      created: 2,
      refused: 1,
    },
    told: [],
    customers: [
      'email=nd1@voorbeeld.example | FirstName=Noor | LastName=Dijk | Phone=31201234567 | Tags=vriend,vip',
      'email=nd2@voorbeeld.example | FirstName=Teun | LastName=Smit | Credit=25.50',
    ],
    refused: ['The line is not well-formed JSON.;3'],
  },
  {
    file: 'excel-cells.xlsx',
    is: 'xlsx null null 1',
    options: {
      setClienttypes: 'Lid sinds',
      restoreZeros: true,
    },
    numbers: {
      rowsRead: 2,
      created: 2,
    },
    told: ['phoneZero 1'],
    customers: [
      'ExternalId=1001 | email=sanne@voorbeeld.example | FirstName=Sanne | LastName=Vries | Phone=0612345678 | ' +
        'Credit=25.50 | Tags=2026-04-22',
      'ExternalId=1002 | email=jan@voorbeeld.example | FirstName=Jan | LastName=Pastoor | Credit=25.50 | ' +
        'Tags=2026-04-22T12:00:00',
    ],
    refused: [],
  },
  {
    file: 'three-header-rows.csv',
    is: 'csv utf-8 ; 4',
    options: {},
    numbers: {
      rowsRead: 2,
      created: 2,
    },
    told: ['address 2'],
    customers: [
      'ExternalId=R1 | email=fatima@voorbeeld.example | FirstName=Fatima | LastName=Amrani | Preposition=el | ' +
        'Address=Kade 3 | HouseNr=3 | Zip=8011AA',
      'ExternalId=R2 | email=chris@voorbeeld.example | FirstName=Chris | LastName=Smit | Address=Kade 4 | ' +
        'HouseNr=4 | Zip=8011AA',
    ],
    refused: [],
  },
  {
    file: 'kassasysteem.csv',
    is: 'csv utf-8 ; 1',
    options: {},
    numbers: {
      rowsRead: 2,
      created: 2,
    },
    told: [
      'address 2',
      'houseNumberAddition 1',
      'not taken email2 1',
      'not taken initialen 1',
      'not taken telefoonnummer2 1',
      'phonePunctuation 2',
    ],
    customers: [
      'email=anna@voorbeeld.example | FirstName=Anna | LastName=Bos | Address=Dorpsstraat 1 | HouseNr=1 | ' +
        'Zip=8321 AA | City=Urk | Phone=0527681234',
      'email=kramer@voorbeeld.example | FirstName=C. | LastName=Kramer | Address=Havenweg 2 a | HouseNr=2 a | ' +
        'Zip=8321 AB | City=Urk | Phone=0687654321',
    ],
    refused: [],
  },
  {
    file: 'ticketshop.csv',
    is: 'csv utf-8 , 2',
    options: {},
    numbers: {
      rowsRead: 3,
      created: 2,
      refused: 1,
    },
    told: [],
    customers: [
      'email=john@voorbeeld.example | FirstName=John | LastName=Doe',
      'email=jane@voorbeeld.example | FirstName=Jane | LastName=Doe',
    ],
    refused: ['The customerLastName field is required.;5'],
  },
  {
    file: 'lost-zeros.csv',
    is: 'csv utf-8 | 1',
    options: {},
    numbers: {
      rowsRead: 2,
      created: 2,
    },
    told: ['emailMailto 1', 'phonePunctuation 1', 'salutation 1', 'warning phoneZero 1', 'warning preposition 2'],
    customers: [
      'email=wil@voorbeeld.example | Salutation=v | FirstName=Wil | LastName=van Dijk | Phone=612345678',
      'email=jo@voorbeeld.example | Salutation=F | FirstName=Jo | LastName=de Groot | Phone=0570611111',
    ],
    refused: [],
  },
];
