/** The message of whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A message without the plugin's name in front, for a longer message that already names the plugin. */
export function withoutSubject(message: string, subject: string): string {
  if (message.startsWith(`${subject}: `)) return message.slice(subject.length + 2);
  return message.startsWith(`${subject} `) ? message.slice(subject.length + 1) : message;
}
