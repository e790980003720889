import { type DynawrapError, type ErrorCode, isDynawrapError } from "dynawrap";

/** The error of this code that a call throws; anything else fails the test. */
export function refusal<Code extends ErrorCode>(code: Code, run: () => unknown): DynawrapError<Code> {
  try {
    run();
  } catch (error) {
    return known(code, error);
  }
  throw new Error(`Nothing was thrown; ${code} should have been.`);
}

/** The error of this code that a promise is rejected with; anything else fails the test. */
export async function rejection<Code extends ErrorCode>(
  code: Code,
  promise: PromiseLike<unknown>,
): Promise<DynawrapError<Code>> {
  try {
    await promise;
  } catch (error) {
    return known(code, error);
  }
  throw new Error(`Nothing was thrown; ${code} should have been.`);
}

function known<Code extends ErrorCode>(code: Code, error: unknown): DynawrapError<Code> {
  if (isDynawrapError(error, code)) return error;
  throw new Error(`Not ${code} but: ${isDynawrapError(error) ? error.code : ""} ${error}`, { cause: error });
}
