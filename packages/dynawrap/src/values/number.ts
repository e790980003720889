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

  toJSON(): string {
    return this.digits;
  }
}

/** Anything that is stored as a number. */
export type Numeric = number | bigint | ExactNumber;

/** What a double always holds: 15 digits. */
const short = /^-?[\d.]{1,15}$/;
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The value of a number in decimal notation: a number where one holds it exactly, a bigint for integers beyond
 * 2^53, otherwise an `ExactNumber`. `undefined` for text that is no decimal number.
 */
export function parseNumber(text: string): Numeric | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  const whole = Number.isInteger(value);
  if (
    Number.isFinite(value) &&
    whole === Number.isSafeInteger(value) &&
    (short.test(text) || sameNumber(text, value))
  ) {
    return value === 0 ? 0 : value;
  }
  const { digits, exponent, negative } = normalize(text);
  if (exponent < 0 || exponent > 400) return new ExactNumber(text);
  return BigInt(`${negative ? "-" : ""}${digits}${"0".repeat(exponent)}`);
}

function sameNumber(text: string, value: number): boolean {
  return JSON.stringify(normalize(text)) === JSON.stringify(normalize(String(value)));
}

/** A decimal as an integer without outer zeros, times a power of ten: `-12.50` is -125 times 10 to the -1. */
function normalize(text: string): { digits: string; exponent: number; negative: boolean } {
  const [mantissa = "", power = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const all = (whole + fraction).replace(/^0+/, "");
  let end = all.length; // by hand: /0+$/ takes the square of the length
  while (all[end - 1] === "0") end--;
  const digits = all.slice(0, end);
  if (digits === "") return { digits: "0", exponent: 0, negative: false };
  return {
    digits,
    exponent: Number(power) - fraction.length + all.length - digits.length,
    negative: text.startsWith("-"),
  };
}

/** What DynamoDB's numbers can be: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const maxDigits = 38;
const maxMagnitude = 125;
const minMagnitude = -130;

/** Why a number cannot be stored, or `undefined` when it can. */
export function numberProblem(value: Numeric): string | undefined {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return `is ${value}, and cannot be stored`;
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return `is ${value}; integers beyond 2^53 must be a bigint`;
    }
    if (value === 0 || (Math.abs(value) >= 1e-129 && Math.abs(value) < 1e125)) return undefined;
  }
  const { digits, exponent } = normalize(String(value));
  const magnitude = digits.length + exponent - 1;
  const fits = digits.length <= maxDigits && magnitude <= maxMagnitude && magnitude >= minMagnitude;
  if (fits || digits === "0") return undefined;
  return "is beyond DynamoDB's numbers: 38 digits, 1E-130 to below 1E+126";
}

/** The decimal notation that is sent; minus zero is zero, as in DynamoDB. */
export function numberText(value: Numeric): string {
  return value === 0 ? "0" : String(value);
}

/** What a number takes in DynamoDB's count, at most: a byte for two significant digits, one for the exponent and one for a minus. */
export function numberBytes(text: string): number {
  const { digits, negative } = normalize(text);
  return Math.floor(digits.length / 2) + 2 + Number(negative);
}
