/** Reads a workbook as lines. */
import { FileFault, MAX_COLUMNS } from './fault.ts';
import { isBlank, type Line, type Lines, type OnBytes } from './table.ts';
import { type SharedTexts, Workbook } from './xlsx-book.ts';
import { columnOf, dateText, type NumberFormat, numberText, unescaped } from './xlsx-values.ts';
import { type Handlers, readXml } from './xml.ts';

const BATCH = 500;

/** The name of the sheet that is read, and how many others hold data. */
export async function sheetsOf(path: string): Promise<{ sheet: string; otherSheets: number }> {
  const book = await Workbook.open(path);
  try {
    return { sheet: book.sheet.name, otherSheets: await book.countOthers() };
  } finally {
    book.parts.close();
  }
}

/** The lines of the first visible sheet of a workbook. */
export async function* xlsxLines(path: string, onBytes: OnBytes): Lines {
  const book = await Workbook.open(path);
  let texts: SharedTexts | undefined;
  try {
    texts = await book.texts();
    const sheet = new SheetReader(texts, await book.formats(), book.calendar);
    for await (const _ of readXml(await book.parts.read(book.sheet.part, onBytes), sheet)) {
      if (sheet.lines.length >= BATCH) yield sheet.lines.splice(0);
    }
    yield sheet.lines.splice(0);
  } finally {
    texts?.close();
    book.parts.close();
  }
}

const plain: NumberFormat = { isDate: false, digits: 0 };

class SheetReader implements Handlers {
  readonly lines: Line[] = [];
  readonly #texts: SharedTexts;
  readonly #formats: readonly NumberFormat[];
  readonly #calendar: 1900 | 1904;
  #number = 0;
  #cells: (string | undefined)[] = [];
  #failed: number[] = [];
  #column = -1;
  #type = 'n';
  #style = 0;
  #value = '';
  #isValue = false;
  #isFormula = false;
  #isStored = false;
  #isPhonetic = false;

  constructor(texts: SharedTexts, formats: readonly NumberFormat[], calendar: 1900 | 1904) {
    this.#texts = texts;
    this.#formats = formats;
    this.#calendar = calendar;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') {
      const number = /^\d{1,7}$/.test(attributes.r ?? '') ? Number(attributes.r) : this.#number + 1;
      // An import goes on after the last line that it has done.
      if (number <= this.#number) throw new FileFault(`The rows of the sheet are not in order: ${number} comes again.`);
      this.#number = number;
      this.#cells = [];
      this.#failed = [];
      this.#column = -1;
    } else if (name === 'c') {
      this.#column = attributes.r === undefined ? this.#column + 1 : columnOf(attributes.r);
      if (this.#column >= MAX_COLUMNS) throw new FileFault(`The sheet has more than ${MAX_COLUMNS} columns.`);
      this.#type = attributes.t ?? 'n';
      this.#style = Number(attributes.s ?? 0);
      this.#value = '';
      this.#isFormula = false;
      this.#isStored = false;
    } else if (name === 'rPh') this.#isPhonetic = true;
    else {
      this.#isValue = (name === 'v' || name === 't') && !this.#isPhonetic;
      this.#isFormula ||= name === 'f';
      this.#isStored ||= name === 'v';
    }
  }

  text(text: string): void {
    if (this.#isValue) this.#value += text;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false;
    else if (name === 'rPh') this.#isPhonetic = false;
    else if (name === 'c' && this.#column >= 0) this.#put(this.#column, this.#cellText());
    else if (name === 'row' && (this.#failed.length > 0 || !isBlank(this.#cells))) {
      const [cells, failed] = [this.#cells, this.#failed];
      this.lines.push({ number: this.#number, cells, ...(failed.length === 0 ? {} : { failed }) });
    }
  }

  #put(column: number, text: string): void {
    while (this.#cells.length < column) this.#cells.push('');
    this.#cells[column] = text;
    if (this.#type === 'e' || this.#lacksValue) this.#failed.push(column);
  }

  /** A program that computes nothing writes formulas without values; a text that is empty is a value. */
  get #lacksValue(): boolean {
    return this.#isFormula && this.#value === '' && !(this.#type === 'str' && this.#isStored);
  }

  #cellText(): string {
    const value = this.#value;
    switch (this.#type) {
      case 's':
        return this.#texts.get(Number(value)) ?? '';
      case 'b':
        return value === '1' ? 'true' : 'false';
      case 'n': {
        if (value === '') return '';
        const { isDate, digits } = this.#formats[this.#style] ?? plain;
        return isDate ? dateText(Number(value), this.#calendar) : numberText(value, digits);
      }
      default:
        return unescaped(value);
    }
  }
}
