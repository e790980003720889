/**
 * A decimal number that no JavaScript number holds to its last digit: DynamoDB and JSONB keep 38 digits, a double
 * about 16. It is read, kept and written as it stands, so that no digit is lost in silence.
 */
export class ExactNumber {
  /** Decimal notation, without an exponent when it came from DynamoDB. */
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toString(): string {
    return this.digits;
  }
}

/** Anything that is stored as a number. */
export type Numeric = number | bigint | ExactNumber;

/** Whether a value is stored as a number. */
export function isNumeric(value: unknown): value is Numeric {
  return typeof value === "number" || typeof value === "bigint" || value instanceof ExactNumber;
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** What a double always holds: 15 digits. */
const short = /^-?[\d.]{1,15}$/;
/** The longest number has 38 digits behind 130 zeros; nothing longer is looked into. */
const longest = 200;

/**
 * The value of a number in decimal notation: a number where one holds it exactly, a bigint for integers beyond
 * 2^53, otherwise an `ExactNumber`. `undefined` for text that is no decimal number.
 */
export function parseNumber(text: string): Numeric | undefined {
  if (text.length > longest || !decimal.test(text)) return undefined;
  const value = Number(text);
  const holds = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (holds && (short.test(text) || significant(text) === significant(String(value))))
    return value === 0 ? 0 : value;
  return /^[+-]?\d+(?:\.0*)?$/.test(text) ? BigInt(text.split(".")[0] as string) : new ExactNumber(text);
}

/** The digits of a decimal without sign, point, exponent and outer zeros: `-12.50e3` has `125`, zero has none. */
function significant(text: string): string {
  return text.replace(/^[+-]?[0.]*|\.|0*\.?0*(?:e.*)?$/gi, "");
}

/**
 * Why a number cannot be stored, or `undefined` when it can.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export function numberProblem(value: Numeric): string | undefined {
  const text = String(value);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return `is ${text}; integers beyond 2^53 must be a bigint`;
  const size = Math.abs(Number(text));
  const digits = text.length > longest ? text : significant(text);
  const fits = size >= 1e-130 && size <= 1e126 && digits.length <= 38 && !(size === 1e126 && digits === "1");
  return fits || digits === ""
    ? undefined
    : "is beyond DynamoDB's numbers: 38 digits, 1E-130 to below 1E+126";
}

/** The decimal notation that is sent; minus zero is zero, as in DynamoDB. */
export function numberText(value: Numeric): string {
  return value === 0 ? "0" : String(value);
}

/** What a number takes in DynamoDB's count, at most: a byte for two significant digits, one for the exponent and one for a minus. */
export function numberBytes(text: string): number {
  return Math.floor(significant(text).length / 2) + 2 + Number(text.startsWith("-"));
}

/** Compares two decimals by value and to the last digit, whatever their notation: `1000` and `1e3` are equal. */
export function compareNumbers(left: string, right: string): number {
  // Rounding keeps the order, so the digits matter only to numbers that round to the same double.
  const difference = Number(left) - Number(right);
  if (difference) return difference;
  const [a, b] = [significant(left), significant(right)];
  const sign = signOf(left, a);
  const size = magnitude(left) - magnitude(right) || (a < b ? -1 : Number(a > b));
  return sign - signOf(right, b) || sign * size || 0;
}

function signOf(text: string, digits: string): number {
  return digits === "" ? 0 : text.startsWith("-") ? -1 : 1;
}

/** Which power of ten the first significant digit stands for. */
function magnitude(text: string): number {
  const [mantissa = "", exponent = "0"] = text.split(/e/i);
  const first = mantissa.search(/[1-9]/);
  const point = `${mantissa}.`.indexOf(".");
  return Number(exponent) + point - first - Number(first < point);
}
