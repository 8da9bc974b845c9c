/** Lines of logs. */

export interface LogLine {
  n: number;
  level: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL" | "";
  text: string;
}

const LEVEL = / - (DEBUG|INFO|WARNING|ERROR|CRITICAL) -- /;

/** Numbered lines with their level; a line without one belongs to the line before. */
export function parseLog(text: string, first = 1): LogLine[] {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  let level: LogLine["level"] = "";
  return lines.map((line, n) => {
    level = (LEVEL.exec(line)?.[1] as LogLine["level"] | undefined) ?? level;
    return { n: first + n, level, text: line };
  });
}
