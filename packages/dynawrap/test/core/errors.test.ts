import { type AnyDynawrapError, DynawrapError, isDynawrapError } from "dynawrap";
import { describe, expect, it } from "vitest";

const invalid = new DynawrapError("key.invalid", "the key is odd", { model: "Story", field: "id" });

describe("the error", () => {
  it("is an Error with a code, details and a message", () => {
    expect(invalid).toBeInstanceOf(Error);
    expect(invalid).toMatchObject({
      name: "DynawrapError",
      code: "key.invalid",
      message: "Story: the key is odd.",
      details: { model: "Story", field: "id" },
    });
    expect(String(invalid)).toBe("DynawrapError: Story: the key is odd.");
    expect(invalid.stack).toContain("errors.test.ts");
  });

  it("says where it was: at which model, else in which operation", () => {
    const message = (details: object) => new DynawrapError("model.invalid", "it is odd", details).message;
    expect(message({ model: "Story", operation: "get" })).toBe("Story: it is odd.");
    expect(message({ operation: "get" })).toBe("get: it is odd.");
    expect(message({})).toBe("it is odd.");
  });

  it("carries a driver's own error as its cause, and otherwise has none", () => {
    const cause = new Error("socket hang up");
    const failed = new DynawrapError("backend.unavailable", "get: …", { operation: "get" }, cause);
    expect(failed.cause).toBe(cause);
    expect("cause" in invalid).toBe(false);
  });

  it("is told apart by its code, for the compiler too", () => {
    const said = (error: AnyDynawrapError): string => {
      switch (error.code) {
        case "key.incomplete":
          return error.details.missing.join();
        case "key.tooLong":
          return `${error.details.bytes} > ${error.details.limit}`;
        default:
          return error.message;
      }
    };
    const details = { attribute: "PK", bytes: 2049, limit: 2048 };
    expect(said(new DynawrapError("key.tooLong", "too long", details) as AnyDynawrapError)).toBe(
      "2049 > 2048",
    );
    expect(said(invalid as AnyDynawrapError)).toBe("Story: the key is odd.");
  });
});

describe("isDynawrapError", () => {
  it("knows the error, of any code or of one", () => {
    expect(isDynawrapError(invalid)).toBe(true);
    expect(isDynawrapError(invalid, "key.invalid")).toBe(true);
    expect(isDynawrapError(invalid, "key.incomplete")).toBe(false);
  });

  it.each([
    undefined,
    null,
    "key.invalid",
    5,
    Symbol("key.invalid"),
    () => invalid,
    new Error("key.invalid"),
    { ...invalid },
    JSON.parse(JSON.stringify(invalid)),
    Object.assign(new Error("odd"), { code: "key.invalid", details: {}, name: "DynawrapError" }),
  ])("knows that %s is none", (other) => {
    expect(isDynawrapError(other)).toBe(false);
    expect(isDynawrapError(other, "key.invalid")).toBe(false);
  });

  it("narrows the details to what the code promises", () => {
    const error: unknown = invalid;
    if (!isDynawrapError(error, "key.invalid")) throw error;
    const field: string | undefined = error.details.field;
    expect(field).toBe("id");
  });
});
