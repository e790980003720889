import { beginsWith, between, eq, gt, gte, isTest, lt, lte } from "../../core/condition.js";
import type { DesignKind } from "./design-kinds.js";
import type { Values } from "./told.js";

const ranges: { readonly [kind: string]: (low: never, high: never) => unknown } = {
  eq,
  gt,
  gte,
  lt,
  lte,
  between,
  beginsWith,
};

/** Values with the room in them: as a field of its own, and in those fields that are whole keys. */
export function fill({ scoped, places: [key] }: DesignKind, values: Values, room: string): Values {
  const filled: Record<string, unknown> = { ...values };
  for (const field of scoped) {
    if (filled[field] !== undefined) filled[field] = inRoom(filled[field], room);
  }
  return key.pk.includes("{room}") || scoped.includes("no") ? { room, ...filled } : filled;
}

/** The values of a key, or of a part of one: without the room where its patterns have none. */
export function fillKey(kind: DesignKind, pk: string, values: Values, room: string): Values {
  const { room: own, ...filled } = fill(kind, values, room);
  return pk.includes("{room}") ? { room, ...filled } : filled;
}

function inRoom(value: unknown, room: string): unknown {
  if (isTest(value)) {
    const operands = value.operands.map((operand) => inRoom(operand, room));
    return (ranges[value.kind] as (...operands: readonly unknown[]) => unknown)(...operands);
  }
  return typeof value === "number" ? roomNumber(room) * 10 + value : `${room}.${value}`;
}

/** A number that only this room has. */
function roomNumber(room: string): number {
  return Number.parseInt(room.replaceAll("-", "").slice(0, 12), 16);
}
