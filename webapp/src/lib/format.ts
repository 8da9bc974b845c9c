/** Numbers, sizes, times, as people read them. */

const NUMBER = new Intl.NumberFormat("en-GB");

export function count(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? "–" : NUMBER.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${units[unit] ?? ""}`;
}

/** 3.2 s, 4 min 10 s, 2 h 5 min. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  if (seconds < 0.1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A date from ISO text, seconds or milliseconds since 1970; undefined for anything else. */
export function toDate(value: unknown): Date | undefined {
  if (typeof value === "number") return new Date(value < 1e11 ? value * 1000 : value);
  if (typeof value !== "string" || value === "") return undefined;
  if (/^\d{12,14}$/.test(value)) return new Date(Number(value));
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function relative(date: Date, now: number): string {
  const seconds = Math.round((date.getTime() - now) / 1000);
  const past = seconds <= 0;
  const size = Math.abs(seconds);
  if (size < 5) return "now";
  let text: string;
  if (size < 60) text = `${size} s`;
  else if (Math.round(size / 60) < 60) text = `${Math.round(size / 60)} min`;
  else if (Math.round(size / 3600) < 24) text = `${Math.round(size / 3600)} h`;
  else if (size < 86_400 * 60) text = plural(Math.round(size / 86_400), "day");
  else text = plural(Math.round(size / (86_400 * 30.4)), "month");
  return past ? `${text} ago` : `in ${text}`;
}

export function absolute(date: Date, utc: boolean): string {
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  };
  if (utc) options.timeZone = "UTC";
  return date.toLocaleString("en-GB", options) + (utc ? " UTC" : "");
}
