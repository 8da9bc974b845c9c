/** The filter of the document explorer: rows of field, operator, value; and what the hub is asked. */

export interface Rule {
  field: string;
  op: string;
  value: string;
}

export const OPS = [
  { id: "is", text: "is" },
  { id: "isnt", text: "is not" },
  { id: "has", text: "contains" },
  { id: "starts", text: "starts with" },
  { id: "gte", text: "at least" },
  { id: "lte", text: "at most" },
  { id: "there", text: "is there" },
  { id: "gone", text: "is missing" },
];

/** A number, a truth value or null where the text reads as one; quotes make it a text. */
export function valueOf(text: string): unknown {
  const typed = text.trim();
  if (/^".*"$/.test(typed)) return typed.slice(1, -1);
  if (typed === "true" || typed === "false") return typed === "true";
  if (typed === "null") return null;
  return typed !== "" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(typed) ? Number(typed) : text;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function condition(rule: Rule): unknown {
  const value = valueOf(rule.value);
  switch (rule.op) {
    case "isnt":
      return { $ne: value };
    case "has":
      return { $regex: escaped(rule.value) };
    case "starts":
      return { $regex: `^${escaped(rule.value)}` };
    case "gte":
      return { $gte: value };
    case "lte":
      return { $lte: value };
    case "there":
      return { $exists: true };
    case "gone":
      return { $exists: false };
    default:
      return value;
  }
}

/** A MongoDB filter of all the rules, or undefined when there is none. */
export function filterOf(rules: Rule[]): Record<string, unknown> | undefined {
  const parts = rules.filter((r) => r.field.trim()).map((r) => ({ [r.field.trim()]: condition(r) }));
  if (!parts.length) return undefined;
  return parts.length === 1 ? parts[0] : { $and: parts };
}

export function readRules(text: unknown): Rule[] {
  if (typeof text !== "string" || !text) return [];
  try {
    const found = JSON.parse(text) as unknown;
    return Array.isArray(found) ? found.filter((r): r is Rule => typeof r === "object" && r !== null && typeof (r as Rule).field === "string") : [];
  } catch {
    return [];
  }
}
