/** A workbook: its first visible sheet, its strings and its formats. */
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { FileFault } from './fault.ts';
import { scratchDatabase } from './scratch.ts';
import { formatOf, type NumberFormat, unescaped } from './xlsx-values.ts';
import { readWhole, readXml } from './xml.ts';
import { Parts } from './zip.ts';

export interface Sheet {
  readonly name: string;
  readonly part: string;
}

interface Relation {
  readonly type: string;
  readonly part: string;
}

export class Workbook {
  readonly parts: Parts;
  readonly sheet: Sheet;
  /** The other visible sheets. */
  readonly #others: readonly Sheet[];
  readonly calendar: 1900 | 1904;
  readonly #relations: ReadonlyMap<string, Relation>;
  readonly #folder: string;

  private constructor(
    parts: Parts,
    sheet: Sheet,
    others: readonly Sheet[],
    calendar: 1900 | 1904,
    relations: ReadonlyMap<string, Relation>,
    folder: string,
  ) {
    this.#folder = folder;
    this.parts = parts;
    this.sheet = sheet;
    this.#others = others;
    this.calendar = calendar;
    this.#relations = relations;
  }

  static async open(path: string): Promise<Workbook> {
    const parts = await Parts.open(path);
    try {
      if (!parts.has('xl/workbook.xml'))
        throw new FileFault(
          'The file is a ZIP file, but no workbook (.xlsx); save an OpenDocument or Numbers document as .xlsx or CSV.',
        );
      const relations = await readRelations(parts);
      const { sheets, calendar } = await readSheets(parts, relations);
      const [sheet, ...others] = sheets;
      if (sheet === undefined) throw new FileFault('The workbook has no sheet.');
      return new Workbook(parts, sheet, others, calendar, relations, dirname(path));
    } catch (error) {
      parts.close();
      throw error;
    }
  }

  #partOf(type: string): string | undefined {
    return [...this.#relations.values()].find((relation) => relation.type.endsWith(`/${type}`))?.part;
  }

  /** How many of the sheets that are not read have a value in them. */
  async countOthers(): Promise<number> {
    let count = 0;
    // A damaged workbook may name one part many times.
    const others = new Set(this.#others.map(({ part }) => part).filter((part) => part !== this.sheet.part));
    for (const part of others) if (this.parts.has(part) && (await this.#hasValue(part))) count += 1;
    return count;
  }

  async #hasValue(part: string): Promise<boolean> {
    let isFound = false;
    let isValue = false;
    const handlers = {
      open(name: string) {
        isValue = name === 'v' || name === 't';
      },
      text(text: string) {
        isFound ||= isValue && text.trim() !== '';
      },
    };
    try {
      for await (const _ of readXml(await this.parts.read(part), handlers)) if (isFound) return true;
      return isFound;
    } catch (error) {
      // It is not read: whatever is wrong with it does not matter.
      if (error instanceof FileFault) return false;
      throw error;
    }
  }

  /** The number format of each style. */
  async formats(): Promise<NumberFormat[]> {
    const part = this.#partOf('styles');
    const styles: NumberFormat[] = [];
    if (part === undefined || !this.parts.has(part)) return styles;
    const own = new Map<number, NumberFormat>();
    let isInside = false;
    await readWhole(await this.parts.read(part), {
      open(name, attributes) {
        if (name === 'numFmt') {
          const id = Number(attributes.numFmtId);
          own.set(id, formatOf(id, attributes.formatCode ?? ''));
        }
        if (name === 'cellXfs') isInside = true;
        if (name !== 'xf' || !isInside) return;
        const id = Number(attributes.numFmtId ?? 0);
        styles.push(own.get(id) ?? formatOf(id, undefined));
      },
      close(name) {
        if (name === 'cellXfs') isInside = false;
      },
    });
    return styles;
  }

  async texts(): Promise<SharedTexts> {
    const texts = new SharedTexts(this.#folder);
    const part = this.#partOf('sharedStrings');
    if (part === undefined || !this.parts.has(part)) return texts;
    let text = '';
    let isText = false;
    let isPhonetic = false;
    await readWhole(await this.parts.read(part), {
      open(name) {
        if (name === 'si') text = '';
        if (name === 'rPh') isPhonetic = true;
        isText = name === 't' && !isPhonetic;
      },
      text(piece) {
        if (isText) text += piece;
      },
      close(name) {
        if (name === 't') isText = false;
        if (name === 'rPh') isPhonetic = false;
        if (name === 'si') texts.add(unescaped(text));
      },
    });
    return texts;
  }
}

/**
 * The strings that cells share, on the disk beyond a small cache: a million customers have more of them than fit in
 * memory.
 */
export class SharedTexts {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  #count = 0;

  constructor(folder: string) {
    this.#db = scratchDatabase(folder, 'create table text (number integer primary key, text text not null) strict');
    this.#insert = this.#db.prepare('insert into text values (?, ?)');
    this.#select = this.#db.prepare('select text from text where number = ?');
  }

  add(text: string): void {
    this.#insert.run(this.#count, text);
    this.#count += 1;
  }

  get(number: number): string | undefined {
    return this.#select.get(number)?.text as string | undefined;
  }

  close(): void {
    this.#db.close();
  }
}

async function readRelations(parts: Parts): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  await readWhole(await parts.read('xl/_rels/workbook.xml.rels'), {
    open(name, { Id, Type = '', Target = '', TargetMode }) {
      if (name !== 'Relationship' || Id === undefined || TargetMode === 'External') return;
      const part = Target.startsWith('/') ? Target.slice(1) : `xl/${Target.replace(/^\.\//, '')}`;
      relations.set(Id, { type: Type, part });
    },
  });
  return relations;
}

async function readSheets(parts: Parts, relations: ReadonlyMap<string, Relation>) {
  const sheets: Sheet[] = [];
  let calendar: 1900 | 1904 = 1900;
  await readWhole(await parts.read('xl/workbook.xml'), {
    open(name, attributes) {
      if (name === 'workbookPr' && /^(?:1|true)$/.test(attributes.date1904 ?? '')) calendar = 1904;
      const part = relations.get(attributes['r:id'] ?? '')?.part;
      const isVisible = (attributes.state ?? 'visible') === 'visible';
      if (name === 'sheet' && part !== undefined && isVisible) sheets.push({ name: attributes.name ?? '', part });
    },
  });
  return { sheets, calendar: calendar as 1900 | 1904 };
}
